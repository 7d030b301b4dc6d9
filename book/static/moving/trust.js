/* The slopes of six losses of two classes in the margin of the label: how far each trusts it. */
const trust = (margin, { q, gamma }) => {
  const [right, wrong] = [numerics.sigmoid(margin), numerics.sigmoid(-margin)];
  const focal =
    wrong ** gamma + (gamma && gamma * right * wrong ** (gamma - 1) * numerics.softplus(-margin));
  return {
    crossEntropy: -wrong,
    focal: -focal * wrong,
    // At a margin of one it has a corner.
    hinge: margin < 1 ? -1 : 0,
    brier: -4 * right * wrong * wrong,
    generalised: -(right ** q) * wrong,
    absolute: -2 * right * wrong,
  };
};

Moving.define("trust", {
  controls: [
    { name: "margin", label: "Margin", min: -6, max: 6, step: 0.1, start: -4, digits: 1 },
    { name: "q", label: "Exponent q", min: 0.05, max: 1, step: 0.05, start: 0.7, digits: 2 },
    { name: "gamma", label: "Exponent γ", min: 0, max: 5, step: 0.1, start: 2, digits: 1 },
  ],
  values: ({ margin, ...exponents }) => ({ slopes: trust(margin, exponents) }),
  words: ({ slopes: { crossEntropy, focal, hinge, brier, generalised, absolute } }) => {
    const two = (slope) => Moving.fixed(slope, 2);
    return (
      `slopes: cross-entropy ${two(crossEntropy)}, focal ${two(focal)}, hinge ${two(hinge)}, ` +
      `Brier ${two(brier)}, generalised ${two(generalised)}, absolute ${two(absolute)}`
    );
  },
  size: [400, 386],
  draw: ({ margin, q, gamma, slopes }, pen) => {
    const across = pen.scale(-6, 6, 36, 390);
    const up = pen.scale(-1.5, 0, 346, 92);
    const grid = Array.from({ length: 121 }, (_, place) => place / 10 - 6);
    const losses = [
      { key: "crossEntropy", name: "cross-entropy", ink: "cross-entropy" },
      { key: "focal", name: "focal", ink: "neutral", dash: "9 4" },
      { key: "hinge", name: "hinge", ink: "text", dash: "2 3" },
      { key: "brier", name: "Brier", ink: "squared-error" },
      { key: "generalised", name: "generalised", ink: "contrast", dash: "9 4" },
      { key: "absolute", name: "absolute", ink: "highlight", dash: "9 3 2 3" },
    ];
    const all = grid.map((place) => trust(place, { q, gamma }));
    return [
      pen.text(4, 14, "slope of the loss, against the margin", { anchor: "start", weight: "bold" }),
      ...losses.flatMap(({ name, ink, dash }, place) => {
        const [x, y] = [4 + 138 * (place % 3), 34 + 22 * Math.floor(place / 3)];
        return [
          pen.line(x, y - 5, x + 24, y - 5, { ink, dash, width: 3 }),
          pen.text(x + 29, y, name, { anchor: "start" }),
        ];
      }),
      ...[0, -0.5, -1, -1.5].flatMap((tick) => [
        pen.line(36, up(tick), 390, up(tick), { ink: "neutral", dash: tick ? "2 4" : undefined }),
        pen.text(32, up(tick) + 5, Moving.fixed(tick, tick % 1 ? 1 : 0), { anchor: "end" }),
      ]),
      ...[-6, -4, -2, 0, 2, 4, 6].map((tick) => pen.text(across(tick), 366, Moving.fixed(tick, 0))),
      pen.text(36, 383, "wrong", { anchor: "start" }),
      pen.text(390, 383, "right", { anchor: "end" }),
      pen.line(across(margin), up(0), across(margin), 346, { ink: "neutral", width: 1.5 }),
      ...losses.map(({ key, ink, dash }) =>
        pen.curve(
          key === "hinge"
            ? [[-6, -1], [1, -1], [1, 0], [6, 0]].map(([x, y]) => [across(x), up(y)])
            : grid.map((x, place) => [across(x), up(all[place][key])]),
          { ink, dash, width: 3, mark: `curve-${key}` },
        ),
      ),
      ...losses.map(({ key, ink }) =>
        pen.dot(across(margin), up(slopes[key]), { ink, mark: `here-${key}` }),
      ),
      pen.grip("margin", "x", across, across(margin), 346),
    ];
  },
});
