/* A truth with two modes and a Gaussian at a chosen mean, which has the best scale for the forward
   direction or for the reverse one. */
const twoModes = (() => {
  const LOG_ROOT = Math.log(2 * Math.PI) / 2;
  const density = (y, width) =>
    numerics.sum([0.5, 1.5].map((mode) => Math.exp(-numerics.gaussianNll(y, mode, width)) / 2));

  /* −log of the truth is a square, (y − 1)² / 2 width², and a constant, less log cosh(half (y − 1)). */
  const parts = (width) => {
    const half = 0.5 / width ** 2;
    return {
      half,
      constant: Math.log(width) + LOG_ROOT + half / 4,
      logCosh: (y) => {
        const x = Math.abs(half * (y - 1));
        return x + Math.log1p(Math.exp(-2 * x)) - Math.LN2;
      },
    };
  };

  const forward = (mean, width) => {
    const { half, constant, logCosh } = parts(width);
    const variance = 0.25 + width ** 2;
    const entropy =
      constant + half * variance - numerics.gaussianMean((z) => logCosh(0.5 + width * z));
    const scale = Math.sqrt(variance + (mean - 1) ** 2);
    return { mean, scale, divergence: Math.log(scale) + LOG_ROOT + 0.5 - entropy };
  };

  const reverse = (mean, width) => {
    const { half, constant, logCosh } = parts(width);
    const divergence = (scale) =>
      constant + half * ((mean - 1) ** 2 + scale ** 2) -
      numerics.gaussianMean((z) => logCosh(mean + scale * z)) -
      (Math.log(scale) + LOG_ROOT + 0.5);
    const slope = (scale) =>
      2 * half * scale - 1 / scale -
      half * numerics.gaussianMean((z) => z * Math.tanh(half * (mean + scale * z - 1)));
    // A narrow minimum and a wide one may both be there.
    const scales = Array.from({ length: 13 }, (_, place) => 0.9 * width * (1 + 1 / width) ** (place / 12));
    const slopes = scales.map(slope);
    return scales
      .slice(1)
      .filter((_, place) => slopes[place] < 0 && slopes[place + 1] >= 0)
      .map((high) => numerics.root(slope, scales[scales.indexOf(high) - 1], high))
      .map((scale) => ({ mean, scale, divergence: divergence(scale) }))
      .reduce((best, other) => (other.divergence < best.divergence ? other : best));
  };

  const least = (fits) =>
    fits.reduce((best, fit) => (fit.divergence < best.divergence ? fit : best));

  /* Both divergences for every mean, and the best mean up to the middle: the truth is symmetric. */
  const survey = (width) => {
    const means = Array.from({ length: 51 }, (_, place) => place / 50);
    const curves = { forward: means.map((mean) => forward(mean, width)) };
    curves.reverse = means.map((mean) => reverse(mean, width));
    const nearest = least(curves.reverse).mean;
    const slope = (mean) => {
      const { scale } = reverse(mean, width);
      const { half } = parts(width);
      return 2 * (mean - 1) -
        numerics.gaussianMean((z) => Math.tanh(half * (mean + scale * z - 1)));
    };
    return {
      curves,
      best: {
        forward: forward(1, width),
        reverse: nearest === 1
          ? curves.reverse[50]
          : reverse(numerics.root(slope, nearest - 0.02, nearest + 0.02), width),
      },
    };
  };

  let last = {};
  return {
    density, forward, reverse,
    // It takes some milliseconds, and whoever drags the mean does not change the width.
    survey: (width) => {
      if (last.width !== width) last = { width, ...survey(width) };
      return last;
    },
  };
})();

Moving.define("two-modes", {
  controls: [
    { name: "width", label: "Width of modes", min: 0.1, max: 0.6, step: 0.01, start: 0.15, digits: 2 },
    { name: "mean", label: "Mean", min: 0, max: 2, step: 0.02, start: 1, digits: 2 },
  ],
  values: ({ width, mean }) => ({
    forward: twoModes.forward(mean, width),
    reverse: twoModes.reverse(mean, width),
    best: twoModes.survey(width).best,
  }),
  words: ({ forward, reverse, best }) => {
    const off = 1 - best.reverse.mean;
    const places = (off ? [-off, off] : [0]).map((shift) => Moving.fixed(1 + shift, 2));
    return (
      `forward divergence ${Moving.fixed(forward.divergence, 2)}, reverse ` +
      `${Moving.fixed(reverse.divergence, 2)}; forward is least at ` +
      `${Moving.fixed(best.forward.mean, 2)}, reverse at ${places.join(" and ")}`
    );
  },
  size: [400, 424],
  draw: ({ width, mean, forward, reverse, best }, pen) => {
    const across = pen.scale(-0.5, 2.5, 10, 390);
    const directions = [
      { name: "forward", fit: forward, ink: "model", dash: undefined },
      { name: "reverse", fit: reverse, ink: "cross-entropy", dash: "6 4" },
    ];
    const grid = Array.from({ length: 181 }, (_, place) => place / 60 - 0.5);
    const densities = (fit) => grid.map((y) => Math.exp(-numerics.gaussianNll(y, fit.mean, fit.scale)));
    const truth = grid.map((y) => twoModes.density(y, width));
    const top = Math.max(...truth, ...directions.flatMap(({ fit }) => densities(fit)));
    const high = pen.scale(0, top, 186, 40);
    const up = pen.scale(0, 2, 390, 250);
    const line = (heights, style) =>
      pen.curve(grid.map((y, place) => [across(y), high(heights[place])]), style);
    const { curves } = twoModes.survey(width);
    const key = (x, words, style) => [
      pen.line(x, 29, x + 22, 29, { width: 2.5, ...style }),
      pen.text(x + 27, 34, words, { anchor: "start" }),
    ];
    return [
      pen.text(4, 14, "truth and best Gaussians at the mean", {
        anchor: "start", weight: "bold",
      }),
      ...key(10, "truth", { ink: "truth", width: 5 }),
      ...key(96, "forward", { ink: "model" }),
      ...key(202, "reverse", { ink: "cross-entropy", dash: "6 4" }),
      line(truth, { ink: "truth", width: 5, mark: "truth" }),
      ...directions.map(({ name, fit, ink, dash }) =>
        line(densities(fit), { ink, dash, width: 2.5, mark: `density-${name}` }),
      ),
      pen.line(10, 186, 390, 186),
      pen.text(4, 234, "least divergence at each mean", { anchor: "start", weight: "bold" }),
      ...[0, 1, 2].flatMap((tick) => [
        pen.line(across(0), up(tick), across(2), up(tick), {
          ink: "neutral", dash: tick ? "2 4" : undefined,
        }),
        pen.text(across(0) - 6, up(tick) + 5, tick, { anchor: "end" }),
      ]),
      ...[0, 0.5, 1, 1.5, 2].map((tick) => pen.text(across(tick), 420, tick)),
      ...directions.flatMap(({ name, fit, ink, dash }) => {
        const half = curves[name].map(({ mean, divergence }) => [mean, divergence]);
        const points = [...half, ...half.slice(0, -1).reverse().map(([x, y]) => [2 - x, y])];
        const found = best[name];
        return [
          pen.curve(
            points.filter(([, y]) => y <= 2).map(([x, y]) => [across(x), up(y)]),
            { ink, dash, width: 2.5, mark: `curve-${name}` },
          ),
          ...(found.mean === 1 ? [1] : [found.mean, 2 - found.mean]).map((x, place) =>
            pen.text(across(x), up(found.divergence) + 17, "▴", { mark: `best-${name}-${place}` }),
          ),
          pen.dot(across(mean), up(Math.min(fit.divergence, 2)), { ink, mark: `here-${name}` }),
          fit.divergence > 2 ? pen.text(across(mean) + 13, up(2) + 5, "↑", { mark: "above" }) : "",
        ];
      }),
      pen.grip("mean", "x", pen.scale(0, 2, across(0), across(2)), across(mean), 390),
    ];
  },
});
