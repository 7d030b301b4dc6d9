/* Tosses of a coin: the factors of their likelihood, the product, and the sum of the logarithms. */
Moving.define("coin-likelihood", {
  controls: [
    { name: "theta", label: "θ, for heads", min: 0, max: 1, step: 0.01, start: 0.5, digits: 2 },
    { name: "heads", label: "Heads", min: 0, max: 20, step: 1, start: 1 },
    { name: "tosses", label: "Tosses", min: 1, max: 20, step: 1, start: 10 },
  ],
  link: ({ theta, heads, tosses }, moved) =>
    moved === "heads"
      ? { theta, heads, tosses: Math.max(heads, tosses) }
      : { theta, heads: Math.min(heads, tosses), tosses },
  values: ({ theta, heads, tosses }) => {
    const at = (probability) => {
      const logLikelihood = numerics.bernoulliLogLikelihood(heads, tosses, probability);
      return { probability, likelihood: Math.exp(logLikelihood), logLikelihood };
    };
    return {
      factors: Array.from({ length: tosses }, (_, toss) => (toss < heads ? theta : 1 - theta)),
      ...at(theta),
      estimate: at(heads / tosses),
      models: { A: at(0.1), B: at(0.7), C: at(0.2), fair: at(0.5) },
    };
  },
  words: ({ likelihood, logLikelihood, estimate }) =>
    `product of the factors ${Moving.significant(likelihood)}; ` +
    `sum of their logarithms ${Moving.fixed(logLikelihood, 2)}; ` +
    `largest at θ = ${Moving.fixed(estimate.probability, 2)}, ` +
    `product ${Moving.significant(estimate.likelihood)}`,
  size: [400, 400],
  draw: ({ theta, heads, tosses, factors, likelihood, logLikelihood, estimate, models }, pen) => {
    const height = pen.scale(0, 1, 106, 36);
    const step = Math.min(36, 380 / tosses);
    const named = Object.entries(models);
    const lowest = 1.4 * Math.min(...named.map(([, model]) => model.logLikelihood));
    const panels = [
      { title: "likelihood", key: "likelihood", left: 12, low: 0, high: 1.15 * estimate.likelihood },
      { title: "log-likelihood", key: "logLikelihood", left: 218, low: lowest, high: 0 },
    ];
    const grid = Array.from({ length: 101 }, (_, place) => place / 100);
    const onCurve = (key, probability) => {
      const value = numerics.bernoulliLogLikelihood(heads, tosses, probability);
      return key === "likelihood" ? Math.exp(value) : value;
    };
    const here = { likelihood, logLikelihood };
    return [
      pen.text(4, 16, "factors: θ for heads (H), 1 − θ for tails (T)", {
        anchor: "start", weight: "bold",
      }),
      ...factors.flatMap((factor, toss) => [
        pen.bar(10 + step * (toss + 0.1), 0.8 * step, height(0), height(factor), {
          ink: toss < heads ? "cross-entropy" : "model", mark: `factor-${toss}`,
        }),
        pen.text(10 + step * (toss + 0.5), 122, toss < heads ? "H" : "T"),
      ]),
      pen.text(8, height(0) + 5, "0", { anchor: "end" }),
      pen.text(8, height(1) + 5, "1", { anchor: "end" }),
      pen.line(10, height(0), 390, height(0), { mark: "factor-zero" }),
      pen.line(10, height(1), 390, height(1), { ink: "neutral", dash: "2 4", mark: "factor-one" }),
      ...panels.flatMap(({ title, key, left, low, high }) => {
        const across = pen.scale(0, 1, left, left + 170);
        const up = pen.scale(low, high, 360, 176);
        const seen = (value) => up(Math.max(value, low));
        const best = across(estimate.probability);
        return [
          pen.text(left - 8, 156, title, { anchor: "start", weight: "bold" }),
          pen.line(best, 170, best, 360, { ink: "neutral", width: 1.5, dash: "5 4", mark: `best-${key}` }),
          pen.curve(
            grid
              .map((probability) => [probability, onCurve(key, probability)])
              .filter(([, value]) => value >= low)
              .map(([probability, value]) => [across(probability), up(value)]),
            { ink: "model", width: 2, mark: `curve-${key}` },
          ),
          pen.line(left, 360, left + 170, 360, { mark: `axis-${key}` }),
          ...[0, 0.5, 1].map((tick) => pen.text(across(tick), 394, tick)),
          ...named.flatMap(([name, model]) => [
            pen.dot(across(model.probability), up(model[key]), {
              ink: "truth", mark: `${name}-${key}`,
            }),
            pen.text(across(model.probability) + 7, up(model[key]) - 7, name, { anchor: "start" }),
          ]),
          pen.line(across(theta), seen(here[key]), across(theta), 360, { ink: "cross-entropy", width: 2 }),
          pen.dot(across(theta), seen(here[key]), {
            ink: "cross-entropy", radius: 6, mark: `here-${key}`,
          }),
          // What lies below the panel is told by an arrow.
          here[key] < low ? pen.text(across(theta) + 14, 356, "↓", { mark: "below" }) : "",
          pen.grip("theta", "x", across, across(theta), 366),
        ];
      }),
    ];
  },
});
