/* The table of predictions: cross-entropy lights one probability in each row. */
const predictions = {
  "model A": [[0.3, 0.3, 0.4], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7]],
  "model B": [[0.1, 0.2, 0.7], [0.1, 0.7, 0.2], [0.3, 0.4, 0.3]],
};

Moving.define("one-term", {
  controls: [
    { name: "model", label: "Model", options: ["model A", "model B"], start: "model A" },
    { name: "first", label: "First picture", options: ["cat", "dog", "pig"], start: "pig" },
    { name: "pig", label: "Given to pig", min: 0, max: 1, step: 0.01, start: 0.4, digits: 2 },
    { name: "cat", label: "Cat in the rest", min: 0, max: 1, step: 0.01, start: 0.5, digits: 2 },
  ],
  link: (settings, moved) => {
    if (moved !== "model") return settings;
    const [cat, , pig] = predictions[settings.model][0];
    return { ...settings, pig, cat: cat / (1 - pig) };
  },
  values: ({ model, first, pig, cat }) => {
    const rows = [
      [(1 - pig) * cat, (1 - pig) * (1 - cat), pig],
      ...predictions[model].slice(1),
    ];
    const labels = [["cat", "dog", "pig"].indexOf(first), 1, 0];
    const losses = rows.map((row, n) => ({
      squared: numerics.sum(row.map((share, k) => (share - (k === labels[n] ? 1 : 0)) ** 2)),
      crossEntropy: 0 - Math.log(row[labels[n]]),
    }));
    const mean = (key) => numerics.sum(losses.map((loss) => loss[key])) / 3;
    return {
      rows, labels, losses,
      means: { squared: mean("squared"), crossEntropy: mean("crossEntropy") },
    };
  },
  words: ({ losses, means }) => {
    const both = ({ squared, crossEntropy }) =>
      `cross-entropy ${Moving.fixed(crossEntropy, 3)}, squared error ${Moving.fixed(squared, 3)}`;
    return `first picture: ${both(losses[0])}; mean: ${both(means)}`;
  },
  size: [400, 278],
  draw: ({ rows, labels, losses, means }, pen) => {
    const names = ["cat", "dog", "pig"];
    const left = (k) => 50 + 74 * k;
    const top = (n) => 46 + 66 * n;
    const frame = (x, y, width, height, style) =>
      pen.curve([[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]], style);
    const number = (value, x, y, style) =>
      pen.text(x, y, Moving.fixed(value, 3), { anchor: "end", ...style });
    return [
      pen.text(4, 16, "shows", { anchor: "start", weight: "bold" }),
      ...names.map((name, k) => pen.text(left(k) + 33, 34, name, { weight: "bold" })),
      pen.text(328, 16, "squared", { anchor: "end", weight: "bold" }),
      pen.text(328, 34, "error", { anchor: "end", weight: "bold" }),
      pen.text(398, 16, "cross-", { anchor: "end", weight: "bold" }),
      pen.text(398, 34, "entropy", { anchor: "end", weight: "bold" }),
      ...rows.flatMap((row, n) => [
        pen.text(4, top(n) + 34, names[labels[n]], { anchor: "start" }),
        ...row.flatMap((share, k) => {
          const lit = k === labels[n];
          return [
            frame(left(k), top(n), 66, 54, { ink: lit ? "model" : "neutral", width: lit ? 3 : 0.75, mark: `cell-${n}-${k}` }),
            pen.bar(left(k) + 6, 54 * share, top(n) + 34, top(n) + 46, {
              ink: lit ? "model" : "neutral", mark: `share-${n}-${k}`,
            }),
            pen.text(left(k) + 33, top(n) + 24, Moving.fixed(share, 2), { weight: lit ? "bold" : undefined }),
          ];
        }),
        number(losses[n].squared, 328, top(n) + 34),
        number(losses[n].crossEntropy, 398, top(n) + 34, { weight: "bold" }),
      ]),
      pen.line(276, 246, 398, 246),
      pen.text(262, 268, "mean", { anchor: "end" }),
      number(means.squared, 328, 268),
      number(means.crossEntropy, 398, 268, { weight: "bold" }),
    ];
  },
});
