/* A model whose logits are too large by a factor, and its reliability diagram at a temperature. */
const reliability = (() => {
  const CLASSES = 3;
  const MOST = 3000;
  // The right logits are Gaussian, and the label is drawn from their softmax: it is the largest of
  // logits with Gumbel noise. The model reports the logits two and a half times too large.
  const draw = () => {
    const random = numerics.generator(1);
    const open = () => 1 - random();
    return Array.from({ length: MOST }, () => {
      const logits = Array.from(
        { length: CLASSES },
        () => 1.5 * Math.sqrt(-2 * Math.log(open())) * Math.cos(2 * Math.PI * random()),
      );
      const noisy = logits.map((z) => z - Math.log(-Math.log(open())));
      return {
        label: noisy.indexOf(Math.max(...noisy)),
        reported: logits.map((z) => 2.5 * z),
      };
    });
  };
  let all;
  const data = (cases) => (all ??= draw()).slice(0, cases);

  /* The convex loss has its minimum where the mean logit is that of the labels. */
  const fits = new Map();
  const fitted = (cases) => {
    if (!fits.has(cases)) {
      const slope = (multiplier) =>
        numerics.sum(
          data(cases).map(({ label, reported }) => {
            const p = numerics.softmax(reported, 1 / multiplier);
            return numerics.sum(p.map((share, place) => share * reported[place])) - reported[label];
          }),
        );
      fits.set(cases, 1 / numerics.root(slope, 0.05, 4));
    }
    return fits.get(cases);
  };

  /* Wilson's interval, which holds the chance nineteen times in twenty. */
  const wilson = (came, count) => {
    const z = 1.959963984540054 ** 2 / count;
    const share = came / count;
    const half = Math.sqrt(z * share * (1 - share) + z * z / 4);
    return [-1, 1].map((side) => (share + z / 2 + side * half) / (1 + z));
  };

  const survey = (cases, temperature) => {
    const bins = Array.from({ length: 10 }, () => ({ count: 0, came: 0, forecasts: 0 }));
    let nll = 0;
    for (const { label, reported } of data(cases)) {
      const p = numerics.softmax(reported, temperature);
      const confidence = Math.max(...p);
      const bin = bins[Math.max(0, Math.ceil(10 * confidence) - 1)];
      bin.count += 1;
      bin.came += p[label] === confidence ? 1 : 0;
      bin.forecasts += confidence;
      nll += numerics.logsumexp(reported.map((z) => z / temperature)) - reported[label] / temperature;
    }
    return {
      accuracy: numerics.sum(bins.map(({ came }) => came)) / cases,
      nll: nll / cases,
      ece: numerics.sum(bins.map(({ came, forecasts }) => Math.abs(came - forecasts))) / cases,
      fitted: fitted(cases),
      counts: bins.map(({ count }) => count),
      forecasts: bins.map(({ count, forecasts }) => forecasts / count),
      frequencies: bins.map(({ count, came }) => came / count),
      intervals: bins.map(({ count, came }) => (count ? wilson(came, count) : [0, 1])),
    };
  };
  return { survey };
})();

Moving.define("reliability", {
  controls: [
    {
      name: "temperature", label: "Temperature", min: -0.4, max: 1, step: 0.02, start: 1, digits: 2,
      value: (position) => 10 ** position, position: Math.log10,
    },
    { name: "cases", label: "Cases", min: 100, max: 3000, step: 100, start: 3000 },
  ],
  values: ({ temperature, cases }) => reliability.survey(cases, temperature),
  words: ({ accuracy, nll, ece, fitted }) =>
    `accuracy ${Moving.fixed(accuracy, 3)}; cross-entropy ${Moving.fixed(nll, 3)}; calibration error ` +
    `${Moving.fixed(ece, 3)}; these cases have their least cross-entropy at ${Moving.fixed(fitted, 2)}`,
  size: [400, 420],
  draw: ({ counts, forecasts, frequencies, intervals, cases }, pen) => {
    const across = pen.scale(0.3, 1, 36, 390);
    const up = pen.scale(0, 1, 262, 34);
    const high = pen.scale(0, cases, 398, 310);
    const full = counts.flatMap((count, bin) => (count ? [bin] : []));
    return [
      pen.text(4, 16, "frequency against mean confidence", {
        anchor: "start", weight: "bold",
      }),
      ...[0, 0.5, 1].flatMap((tick) => [
        pen.line(36, up(tick), 390, up(tick), { ink: "neutral", dash: tick ? "2 4" : undefined }),
        pen.text(30, up(tick) + 5, tick, { anchor: "end" }),
      ]),
      pen.line(across(0.3), up(0.3), across(1), up(1), { dash: "7 4", width: 1.5 }),
      ...full.flatMap((bin) => {
        const x = across(forecasts[bin]);
        const [lower, upper] = intervals[bin].map(up);
        return [
          pen.line(x, lower, x, upper, { ink: "model", width: 2, mark: `interval-${bin}` }),
          pen.line(x - 5, lower, x + 5, lower, { ink: "model", width: 2 }),
          pen.line(x - 5, upper, x + 5, upper, { ink: "model", width: 2 }),
          pen.dot(x, up(frequencies[bin]), { ink: "model", mark: `bin-${bin}` }),
        ];
      }),
      pen.text(4, 290, "cases in the bin", { anchor: "start", weight: "bold" }),
      ...full.flatMap((bin) => [
        pen.bar(across(bin / 10) + 2, 46.57, high(0), high(counts[bin]), {
          ink: "contrast", mark: `count-${bin}`,
        }),
        pen.text(across(bin / 10 + 0.05), high(counts[bin]) - 5, counts[bin]),
      ]),
      pen.line(36, 398, 390, 398),
      ...[0.4, 0.6, 0.8, 1].map((tick) => pen.text(across(tick), 416, tick)),
    ];
  },
});
