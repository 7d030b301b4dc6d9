/* A target around one value that narrows: the cross-entropy of a model has a limit, the divergence
   none, and both are least at the same mean. */
const deltaLimit = ({ width, mean, scale }) => {
  const nll = numerics.gaussianNll(23, mean, scale);
  const crossEntropy = nll + (width / scale) ** 2 / 2;
  // Of the target.
  const entropy = Math.log(width) + Math.log(2 * Math.PI * Math.E) / 2;
  return { nll, crossEntropy, entropy, divergence: crossEntropy - entropy };
};

Moving.define("delta-limit", {
  controls: [
    {
      name: "width", label: "Width of target", min: -3, max: 1, step: 0.05, start: 1, digits: 3,
      value: (position) => 10 ** position, position: Math.log10,
    },
    { name: "mean", label: "Mean", min: 17, max: 29, step: 0.1, start: 20, digits: 1 },
    { name: "scale", label: "Scale", min: 1, max: 5, step: 0.1, start: 2, digits: 1 },
  ],
  values: deltaLimit,
  words: ({ nll, crossEntropy, entropy, divergence }) =>
    `cross-entropy ${Moving.fixed(crossEntropy, 3)}, negative log-likelihood ${Moving.fixed(nll, 3)}; ` +
    `divergence ${Moving.fixed(divergence, 3)}, entropy of the target ${Moving.fixed(entropy, 3)}`,
  size: [400, 440],
  draw: ({ width, mean, scale, crossEntropy, divergence }, pen) => {
    const across = pen.scale(11, 35, 10, 390);
    // A narrow target needs points of its own.
    const steps = Array.from({ length: 161 }, (_, place) => place / 80 - 1);
    const values = [...steps.map((step) => 23 + 12 * step), ...steps.map((step) => 23 + 6 * width * step)]
      .filter((value) => value >= 11 && value <= 35)
      .sort((a, b) => a - b);
    const high = pen.scale(0, 0.8, 150, 44);
    const density = (middle, spread, style) =>
      pen.curve(
        values
          .map((value) => [value, Math.exp(-numerics.gaussianNll(value, middle, spread))])
          // What leaves the panel is cut off.
          .map(([value, height]) => [across(value), high(Math.min(height, 0.85))]),
        style,
      );
    const up = pen.scale(0, 12, 400, 240);
    const panels = [
      {
        name: "width", along: pen.scale(-3, 1, 26, 198), here: Math.log10(width),
        ticks: [[-3, "0.001"], [-1, "0.1"], [1, "10"]],
        at: (power) => ({ width: 10 ** power, mean, scale }),
      },
      {
        name: "mean", along: pen.scale(17, 29, 218, 390), here: mean,
        ticks: [[17, "17"], [23, "23"], [29, "29"]],
        at: (other) => ({ width, mean: other, scale }),
      },
    ];
    const curves = [
      { key: "nll", ink: "text", width: 1.5, dash: "2 4" },
      { key: "crossEntropy", ink: "cross-entropy", width: 3 },
      { key: "divergence", ink: "model", width: 3, dash: "8 4" },
    ];
    const key = (x, y, words, style) => [
      pen.line(x, y - 5, x + 24, y - 5, style),
      pen.text(x + 29, y, words, { anchor: "start" }),
    ];
    return [
      pen.text(4, 14, "density", { anchor: "start", weight: "bold" }),
      ...key(90, 14, "target", { ink: "truth", width: 5 }),
      ...key(190, 14, "model", { ink: "model", width: 2.5 }),
      density(23, width, { ink: "truth", width: 5, mark: "target" }),
      density(mean, scale, { ink: "model", width: 2.5, mark: "model" }),
      pen.line(10, 150, 390, 150),
      ...[15, 20, 25, 30].map((tick) => pen.text(across(tick), 167, tick)),
      pen.text(4, 196, "nats", { anchor: "start", weight: "bold" }),
      ...key(60, 196, "cross-entropy", curves[1]),
      ...key(210, 196, "divergence", curves[2]),
      ...key(60, 216, "negative log-likelihood", curves[0]),
      ...[0, 4, 8, 12].map((tick) => pen.text(20, up(tick) + 5, tick, { anchor: "end" })),
      ...panels.flatMap(({ name, along, here, ticks, at }) => {
        const [low, upper] = along.ends;
        const places = Array.from({ length: 97 }, (_, place) => low + ((upper - low) * place) / 96);
        return [
          ...[0, 4, 8, 12].map((tick) =>
            pen.line(along(low), up(tick), along(upper), up(tick), {
              ink: "neutral", dash: tick ? "2 4" : undefined,
            }),
          ),
          ...ticks.map(([tick, words], place) =>
            pen.text(along(tick), 418, words, { anchor: ["start", "middle", "end"][place] }),
          ),
          pen.text((along(low) + along(upper)) / 2, 436, name === "width" ? "width of target" : name),
          ...curves.map(({ key, ...style }) =>
            pen.curve(
              places
                .map((place) => [place, deltaLimit(at(place))[key]])
                .filter(([, value]) => value <= 12)
                .map(([place, value]) => [along(place), up(value)]),
              { ...style, mark: `${name}-${key}` },
            ),
          ),
          ...[["crossEntropy", crossEntropy], ["divergence", divergence]].flatMap(([key, value], place) => [
            pen.dot(along(here), up(Math.min(value, 12)), {
              ink: curves[place + 1].ink, radius: 6, mark: `here-${name}-${key}`,
            }),
            value > 12 ? pen.text(along(here), up(12) - 8, "↑", { mark: `above-${name}` }) : "",
          ]),
        ];
      }),
      pen.grip("mean", "x", panels[1].along, panels[1].along(mean), 400),
    ];
  },
});
