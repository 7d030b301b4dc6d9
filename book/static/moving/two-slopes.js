/* Binary cross-entropy and squared error at a logit that moves, and their slopes. */
const twoSlopes = (logit, target) => {
  const probability = numerics.sigmoid(logit);
  const error = probability - target;
  return {
    probability,
    crossEntropy: { loss: numerics.softplus(logit) - target * logit, slope: error },
    squaredError: {
      loss: error ** 2,
      slope: 2 * error * probability * numerics.sigmoid(-logit),
    },
  };
};

Moving.define("two-slopes", {
  controls: [
    { name: "logit", label: "Logit", min: -6, max: 6, step: 0.1, start: 4, digits: 1 },
    { name: "target", label: "Target", min: 0, max: 1, step: 0.05, start: 0, digits: 2 },
  ],
  values: ({ logit, target }) => twoSlopes(logit, target),
  words: ({ probability, crossEntropy, squaredError }) =>
    `output ${Moving.fixed(probability, 3)}; cross-entropy ${Moving.fixed(crossEntropy.loss, 3)} ` +
    `with slope ${Moving.fixed(crossEntropy.slope, 3)}; squared error ` +
    `${Moving.fixed(squaredError.loss, 3)} with slope ${Moving.fixed(squaredError.slope, 3)}`,
  size: [400, 446],
  draw: ({ logit, target, ...values }, pen) => {
    const across = pen.scale(-6, 6, 30, 390);
    const grid = Array.from({ length: 121 }, (_, place) => place / 10 - 6);
    const losses = [
      { key: "crossEntropy", name: "cross-entropy", ink: "cross-entropy", x: 60 },
      { key: "squaredError", name: "squared error", ink: "squared-error", dash: "8 4", x: 215 },
    ];
    const panels = [
      { of: "loss", up: pen.scale(0, 6, 222, 62), ticks: [0, 2, 4, 6] },
      { of: "slope", up: pen.scale(-1, 1, 402, 282), ticks: [-1, 0, 1] },
    ];
    return [
      ...losses.flatMap(({ name, ink, dash, x }) => [
        pen.line(x, 9, x + 26, 9, { ink, dash, width: 3 }),
        pen.text(x + 32, 14, name, { anchor: "start" }),
      ]),
      // Where the two neurons of the chapter start.
      ...[1.5, 4].flatMap((start) => [
        pen.text(across(start), 44, Moving.fixed(numerics.sigmoid(start), 2)),
        pen.line(across(start), 50, across(start), 402, { ink: "neutral", dash: "1 5", width: 2 }),
      ]),
      ...panels.flatMap(({ of, up, ticks }) => [
        pen.text(4, up.ends[3] - 18, of, { anchor: "start", weight: "bold" }),
        ...ticks.flatMap((tick) => [
          pen.line(30, up(tick), 390, up(tick), { ink: "neutral", dash: tick ? "2 4" : undefined }),
          pen.text(24, up(tick) + 5, Moving.fixed(tick, 0), { anchor: "end" }),
        ]),
        ...losses.map(({ key, ink, dash }) =>
          pen.curve(
            grid.map((m) => [across(m), up(twoSlopes(m, target)[key][of])]),
            { ink, dash, width: 3, mark: `${of}-${key}` },
          ),
        ),
        ...losses.flatMap(({ key, ink }) => {
          const { loss, slope } = values[key];
          return [
            of === "loss"
              ? pen.line(
                  across(logit - 1), up(loss - slope), across(logit + 1), up(loss + slope),
                  { width: 2, mark: `tangent-${key}` },
                )
              : "",
            pen.dot(across(logit), up(values[key][of]), { ink, radius: 6, mark: `here-${of}-${key}` }),
          ];
        }),
      ]),
      ...[-6, -4, -2, 0, 2, 4, 6].map((tick) => pen.text(across(tick), 424, Moving.fixed(tick, 0))),
      pen.text(across(0), 442, "logit"),
      pen.grip("logit", "x", across, across(logit), 402),
    ];
  },
});
