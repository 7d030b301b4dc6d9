/* Two losses of the same data over weight and bias, and a descent on each from the same start. */
const twoSurfaces = (() => {
  const hours = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5];
  const years = {
    overlapping: [0, 0, 1, 0, 1, 1, 1, 1],
    separable: [0, 0, 0, 0, 1, 1, 1, 1],
  };
  const mean = (terms) => numerics.sum(terms) / terms.length;
  const losses = {
    crossEntropy: {
      value: (logit, target) => numerics.softplus(logit) - target * logit,
      slope: (logit, target) => numerics.sigmoid(logit) - target,
    },
    squaredError: {
      value: (logit, target) => (numerics.sigmoid(logit) - target) ** 2,
      slope: (logit, target) => {
        const p = numerics.sigmoid(logit);
        return 2 * (p - target) * p * (1 - p);
      },
    },
  };
  const value = (loss, year, [weight, bias]) =>
    mean(hours.map((x, n) => losses[loss].value(weight * x + bias, years[year][n])));
  const descent = (loss, year, start, rate, steps) => {
    const path = [start];
    for (let step = 0; step < steps; step += 1) {
      const [weight, bias] = path[step];
      const slopes = hours.map((x, n) => losses[loss].slope(weight * x + bias, years[year][n]));
      path.push([
        weight - rate * mean(slopes.map((slope, n) => slope * hours[n])),
        bias - rate * mean(slopes),
      ]);
    }
    return path;
  };

  /* Lines on which a function has a given level: they cross the edges of a grid where neighbours lie
     on different sides, and enter and leave each cell. */
  const levelLines = (of, level, xs, ys) => {
    const heights = ys.map((y) => xs.map((x) => of([x, y]) - level));
    const next = new Map();
    const join = (a, b) => next.set(a, [...(next.get(a) ?? []), b]);
    const places = new Map();
    const crossing = (i, j, k, l) => {
      const [from, to] = [heights[j][i], heights[l][k]];
      if (from > 0 === to > 0) return [];
      const share = from / (from - to);
      const name = `${i} ${j} ${k} ${l}`;
      places.set(name, [xs[i] + share * (xs[k] - xs[i]), ys[j] + share * (ys[l] - ys[j])]);
      return [name];
    };
    for (let j = 0; j + 1 < ys.length; j += 1) {
      for (let i = 0; i + 1 < xs.length; i += 1) {
        const sides = [
          ...crossing(i, j, i + 1, j), ...crossing(i + 1, j, i + 1, j + 1),
          ...crossing(i, j + 1, i + 1, j + 1), ...crossing(i, j, i, j + 1),
        ];
        for (let side = 0; side + 1 < sides.length; side += 2) {
          join(sides[side], sides[side + 1]);
          join(sides[side + 1], sides[side]);
        }
      }
    }
    const lines = [];
    const follow = (start) => {
      const line = [start];
      for (let here = start; here !== undefined; ) {
        const there = next.get(here).pop();
        if (there === undefined) break;
        next.set(there, next.get(there).filter((other) => other !== here));
        line.push(there);
        here = there;
      }
      return line.map((name) => places.get(name));
    };
    // Lines that leave the grid first, then closed ones.
    const names = [...next.keys()].sort((a, b) => next.get(a).length - next.get(b).length);
    for (const name of names) if (next.get(name).length) lines.push(follow(name));
    return lines;
  };

  const levels = {
    crossEntropy: [0.4, 0.6, 1, 1.5, 2.5, 4, 6, 8, 10],
    squaredError: [0.115, 0.13, 0.17, 0.22, 0.3, 0.4, 0.5, 0.6, 0.7, 0.74, 0.76],
  };
  const steps = (low, high, count) =>
    Array.from({ length: count + 1 }, (_, place) => low + ((high - low) * place) / count);
  const known = new Map();
  const survey = (loss, year) => {
    const name = `${loss} ${year}`;
    if (!known.has(name)) {
      const start = loss === "crossEntropy" ? [0, 0] : survey("crossEntropy", year).lowest;
      known.set(name, {
        lines: levels[loss].flatMap((level) =>
          levelLines((place) => value(loss, year, place), level, steps(-4, 4, 40), steps(-6, 6, 40)),
        ),
        lowest: year === "separable" ? [1, 0] : descent(loss, year, start, 1, 3000).at(-1),
      });
    }
    return known.get(name);
  };
  return { value, descent, survey };
})();

Moving.define("two-surfaces", {
  controls: [
    { name: "data", label: "Data", options: ["overlapping", "separable"], start: "overlapping" },
    { name: "weight", label: "First weight", min: -4, max: 4, step: 0.1, start: -3, digits: 1 },
    { name: "bias", label: "First bias", min: -6, max: 6, step: 0.1, start: -5, digits: 1 },
    { name: "steps", label: "Steps", min: 0, max: 300, step: 1, start: 20 },
  ],
  values: ({ data, weight, bias, steps }) => {
    const run = (loss) => {
      const path = twoSurfaces.descent(loss, data, [weight, bias], 0.5, steps);
      return { path, loss: twoSurfaces.value(loss, data, path[steps]) };
    };
    return { crossEntropy: run("crossEntropy"), squaredError: run("squaredError") };
  },
  words: ({ crossEntropy, squaredError }) => {
    const where = ({ path, loss }) =>
      `${Moving.fixed(loss, 3)} at weight ${Moving.fixed(path.at(-1)[0], 2)}, ` +
      `bias ${Moving.fixed(path.at(-1)[1], 2)}`;
    return `cross-entropy ${where(crossEntropy)}; squared error ${where(squaredError)}`;
  },
  size: [400, 286],
  draw: ({ data, weight, bias, ...runs }, pen) => {
    const up = pen.scale(-6, 6, 240, 40);
    const panels = [
      { key: "crossEntropy", title: "cross-entropy", ink: "cross-entropy", left: 58 },
      { key: "squaredError", title: "squared error", ink: "squared-error", left: 232 },
    ];
    return [
      pen.text(4, 14, "bias", { anchor: "start" }),
      ...[-4, 0, 4].map((tick) => pen.text(52, up(tick) + 5, Moving.fixed(tick, 0), { anchor: "end" })),
      ...panels.flatMap(({ key, title, ink, left }) => {
        const across = pen.scale(-4, 4, left, left + 160);
        const { lines, lowest } = twoSurfaces.survey(key, data);
        const seen = ([x, y]) => [
          across(Math.min(Math.max(x, -4), 4)), up(Math.min(Math.max(y, -6), 6)),
        ];
        const { path } = runs[key];
        const [x, y] = seen(path.at(-1));
        return [
          pen.text(across(0), 24, title, { weight: "bold" }),
          ...lines.map((line) => pen.curve(line.map(seen), { ink: "neutral", width: 0.8 })),
          pen.curve(path.map(seen), { ink, width: 2.5, mark: `path-${key}` }),
          data === "overlapping"
            ? pen.text(across(lowest[0]), up(lowest[1]) + 5, "✕", { mark: `lowest-${key}` })
            : pen.text(across(2.4), up(0) + 5, "→ ∞"),
          pen.dot(across(weight), up(bias), { ink: "text", radius: 3.5, mark: `start-${key}` }),
          pen.dot(x, y, { ink, radius: 6, mark: `here-${key}` }),
          pen.line(left, 240, left + 160, 240),
          pen.line(left, 40, left, 240),
          ...[-2, 0, 2].map((tick) => pen.text(across(tick), 260, Moving.fixed(tick, 0))),
          pen.text(across(0), 280, "weight"),
          pen.grip("weight", "x", across, across(weight), 240),
        ];
      }),
      pen.grip("bias", "y", up, 16, up(bias)),
    ];
  },
});
