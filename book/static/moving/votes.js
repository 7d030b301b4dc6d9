/* Twenty votes, and three labels made of them: the losses of a prediction that moves. */
Moving.define("votes", {
  controls: [
    { name: "happy", label: "Happy votes", min: 0, max: 20, step: 1, start: 11 },
    { name: "smoothing", label: "Smoothing ε", min: 0, max: 0.95, step: 0.01, start: 0.1, digits: 2 },
    { name: "q", label: "Predicted q", min: 0.01, max: 0.99, step: 0.01, start: 0.9, digits: 2 },
  ],
  values: ({ happy, smoothing, q }) => {
    const share = happy / 20;
    const majority = share < 0.5 ? 0 : 1;
    const targets = {
      majority,
      soft: share,
      smoothed: (1 - smoothing) * majority + smoothing / 2,
    };
    const label = (target) => ({
      target,
      loss: numerics.crossEntropy([target, 1 - target], [q, 1 - q]),
      least: numerics.entropy([target, 1 - target]),
    });
    return Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, label(target)]));
  },
  words: ({ majority, soft, smoothed }) => {
    const two = (number) => Moving.fixed(number, 2);
    const bowl = ({ loss, least, target }) => `${two(loss)}, least ${two(least)} at ${two(target)}`;
    return `loss of the majority label ${two(majority.loss)}; of the soft label ${bowl(soft)}; ` +
      `of the smoothed label ${bowl(smoothed)}`;
  },
  size: [400, 410],
  draw: ({ happy, q, majority, soft, smoothed }, pen) => {
    const across = pen.scale(0, 1, 30, 390);
    const up = pen.scale(0, 4.8, 366, 128);
    const grid = Array.from({ length: 99 }, (_, place) => (place + 1) / 100);
    const labels = [
      { name: "majority", label: majority, ink: "cross-entropy", dash: "2 4", x: 4 },
      { name: "soft", label: soft, ink: "model", dash: undefined, x: 140 },
      { name: "smoothed", label: smoothed, ink: "truth", dash: "8 4", x: 250 },
    ];
    return [
      pen.text(4, 16, `votes: ${happy} for happiness ●, ${20 - happy} for sadness ■`, {
        anchor: "start", weight: "bold",
      }),
      ...Array.from({ length: 20 }, (_, vote) => {
        const x = 20 + 19 * vote;
        return vote < happy
          ? pen.dot(x, 40, { ink: "highlight", radius: 7, mark: `vote-${vote}` })
          : pen.bar(x - 6, 12, 34, 46, { ink: "neutral", mark: `vote-${vote}` });
      }),
      pen.text(4, 84, "loss of the label, against q for happiness", { anchor: "start", weight: "bold" }),
      ...labels.flatMap(({ name, ink, dash, x }) => [
        pen.line(x, 101, x + 24, 101, { ink, dash, width: 3 }),
        pen.text(x + 29, 106, name, { anchor: "start" }),
      ]),
      ...[0, 1, 2, 3, 4].flatMap((tick) => [
        pen.line(30, up(tick), 390, up(tick), { ink: "neutral", dash: tick ? "2 4" : undefined }),
        pen.text(22, up(tick) + 5, tick, { anchor: "end" }),
      ]),
      ...[0, 0.5, 1].map((tick) => pen.text(across(tick), 404, tick)),
      pen.line(across(q), up(0), across(q), 116, { ink: "neutral", width: 1.5 }),
      ...labels.flatMap(({ name, label: { target, loss, least }, ink, dash }) => [
        pen.curve(
          grid.map((x) => [
            across(x), up(numerics.crossEntropy([target, 1 - target], [x, 1 - x])),
          ]),
          { ink, dash, width: 3, mark: `curve-${name}` },
        ),
        target > 0 && target < 1
          ? pen.text(across(target), up(least) + 17, "▴", { mark: `least-${name}` })
          : "",
        pen.dot(across(q), up(loss), { ink, radius: 6, mark: `here-${name}` }),
      ]),
      pen.grip("q", "x", across, across(q), 376),
    ];
  },
});
