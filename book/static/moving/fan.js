/* Mean losses of labels that are drawn from a soft label, run by run: they close in on cross-entropy. */
const fan = (() => {
  const DRAWS = [
    1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 80, 100, 128, 160, 200, 256, 320, 400,
    500, 640, 800, 1000, 1280, 1600, 2000, 2560, 3200,
  ];
  const RUNS = 30;
  let numbers;
  const random = () => {
    const next = numerics.generator(2);
    return Array.from({ length: RUNS }, () => Float64Array.from({ length: DRAWS.at(-1) }, next));
  };

  /* How many of the first draws of each run show the first class. */
  let last = {};
  const counts = (share) => {
    if (last.share !== share) {
      numbers ??= random();
      const runs = numbers.map((run) => {
        let first = 0;
        const found = [];
        run.forEach((number, place) => {
          first += number < share ? 1 : 0;
          if (DRAWS[found.length] === place + 1) found.push(first);
        });
        return found;
      });
      last = { share, runs };
    }
    return last.runs;
  };
  const losses = (q) => [-Math.log(q), -Math.log1p(-q)];
  const mean = (first, draws, [one, other]) => (first * one + (draws - first) * other) / draws;
  return { DRAWS, counts, losses, mean };
})();

Moving.define("fan", {
  controls: [
    {
      name: "draws", label: "Drawn labels M", min: 0, max: 32, step: 1, start: 3200,
      value: (position) => fan.DRAWS[position], position: (draws) => fan.DRAWS.indexOf(draws),
    },
    { name: "share", label: "Soft label p", min: 0, max: 1, step: 0.05, start: 0.55, digits: 2 },
    { name: "q", label: "Model q", min: 0.05, max: 0.95, step: 0.05, start: 0.75, digits: 2 },
  ],
  values: ({ draws, share, q }) => {
    const losses = fan.losses(q);
    const crossEntropy = share * losses[0] + (1 - share) * losses[1];
    const single = Math.sqrt(share * (1 - share)) * Math.abs(losses[0] - losses[1]);
    const deviation = single / Math.sqrt(draws);
    const place = fan.DRAWS.indexOf(draws);
    const means = fan.counts(share).map((run) => fan.mean(run[place], draws, losses));
    // A run on the edge counts: rounding must not decide.
    const reach = deviation * (1 + 1e-9) + 1e-12;
    const within = means.filter((mean) => Math.abs(mean - crossEntropy) <= reach).length;
    return { crossEntropy, single, deviation, means, within };
  },
  words: ({ crossEntropy, deviation, within, means }) =>
    `cross-entropy ${Moving.fixed(crossEntropy, 3)}; standard deviation of the mean loss ` +
    `${Moving.fixed(deviation, 3)}; ${within} of ${means.length} runs lie within it`,
  size: [400, 366],
  draw: ({ draws, share, q, crossEntropy, single, means }, pen) => {
    const along = pen.scale(0, Math.log(3200), 34, 388);
    const across = (number) => along(Math.log(number));
    const up = pen.scale(0, 3, 330, 62);
    const losses = fan.losses(q);
    const shown = fan.DRAWS.filter((number) => number <= draws);
    const key = (x, y, words, style) => [
      pen.line(x, y - 5, x + 24, y - 5, style),
      pen.text(x + 29, y, words, { anchor: "start" }),
    ];
    const edge = (side) =>
      pen.curve(
        fan.DRAWS.map((number) => [
          across(number), up(crossEntropy + (side * single) / Math.sqrt(number)),
        ]).filter(([, y]) => y <= 330),
        { ink: "highlight", width: 2.5, dash: "7 4", mark: side > 0 ? "upper" : "lower" },
      );
    return [
      pen.text(4, 16, "mean loss", { anchor: "start", weight: "bold" }),
      ...key(120, 16, "one run", { ink: "model", width: 1 }),
      ...key(230, 16, "cross-entropy", { ink: "cross-entropy", width: 2.5 }),
      ...key(120, 38, "one standard deviation", { ink: "highlight", width: 2.5, dash: "7 4" }),
      ...[0, 1, 2, 3].flatMap((tick) => [
        pen.line(34, up(tick), 388, up(tick), { ink: "neutral", dash: tick ? "2 4" : undefined }),
        pen.text(26, up(tick) + 5, tick, { anchor: "end" }),
      ]),
      ...[1, 10, 100, 1000].map((tick) => pen.text(across(tick), 348, tick)),
      pen.text(388, 364, "number of draws M", { anchor: "end" }),
      ...fan.counts(share).map((run, number) =>
        pen.curve(
          shown.map((count, place) => [across(count), up(fan.mean(run[place], count, losses))]),
          { ink: "model", width: 0.7, mark: `run-${number}` },
        ),
      ),
      pen.line(34, up(crossEntropy), 388, up(crossEntropy), {
        ink: "cross-entropy", width: 2.5, mark: "cross-entropy",
      }),
      edge(1),
      edge(-1),
      pen.line(across(draws), 330, across(draws), 62, { ink: "neutral", width: 1.5, mark: "draws" }),
      ...means.map((mean, run) =>
        pen.dot(across(draws), up(mean), { ink: "model", radius: 2.5, mark: `mean-${run}` }),
      ),
    ];
  },
});
