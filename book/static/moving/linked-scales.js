/* One probability on three scales: itself, its odds and its logit. */
Moving.define("linked-scales", {
  controls: [
    {
      name: "probability", label: "Probability", min: 0.05, max: 0.95, step: 0.01,
      start: numerics.sigmoid(1), digits: 3,
    },
    { name: "odds", label: "Odds", min: 0.05, max: 20, step: 0.05, start: Math.E, digits: 2 },
    { name: "logit", label: "Logit", min: -3, max: 3, step: 0.05, start: 1, digits: 2 },
  ],
  link: ({ probability, odds, logit }, moved) => {
    if (moved === "probability") {
      return { probability, odds: numerics.odds(probability), logit: numerics.logit(probability) };
    }
    if (moved === "odds") return { probability: odds / (1 + odds), odds, logit: Math.log(odds) };
    return { probability: numerics.sigmoid(logit), odds: Math.exp(logit), logit };
  },
  values: () => ({}),
  words: ({ probability, odds, logit }) =>
    `probability ${Moving.fixed(probability, 3)}, odds ${Moving.fixed(odds, 2)} to one, ` +
    `logit ${Moving.fixed(logit, 2)}`,
  size: [400, 246],
  draw: ({ probability, odds, logit }, pen) => {
    const scales = [
      { name: "probability", y: 48, along: pen.scale(0, 1, 20, 380), ticks: [0, 0.25, 0.5, 0.75, 1] },
      { name: "odds", y: 138, along: pen.scale(0, 21, 20, 380), ticks: [0, 1, 5, 10, 15, 20] },
      { name: "logit", y: 228, along: pen.scale(-3.2, 3.2, 20, 380), ticks: [-3, -2, -1, 0, 1, 2, 3] },
    ];
    const linked = (values, style) =>
      pen.curve(scales.map(({ y, along }, place) => [along(values[place]), y]), style);
    const logits = Array.from({ length: 13 }, (_, place) => place / 2 - 3);
    const values = [probability, odds, logit];
    return [
      ...logits.map((z) =>
        linked([numerics.sigmoid(z), Math.exp(z), z], { ink: "neutral", width: 0.75 }),
      ),
      linked(values, { ink: "cross-entropy", width: 2.5, mark: "link" }),
      ...scales.flatMap(({ name, y, along, ticks }, place) => [
        pen.line(20, y, 380, y, { width: 1.5, mark: `${name}-axis` }),
        pen.text(4, y - 30, name, { anchor: "start", weight: "bold" }),
        ...ticks.flatMap((tick) => [
          pen.line(along(tick), y - 5, along(tick), y),
          pen.text(along(tick), y - 9, Moving.fixed(tick, Number.isInteger(tick) ? 0 : 2)),
        ]),
        pen.dot(along(values[place]), y, { ink: "cross-entropy", mark: name }),
        pen.grip(name, "x", along, along(values[place]), y),
      ]),
    ];
  },
});
