/* Logits and a constant that is added to all: the probabilities stand still, log-sum-exp moves. */
Moving.define("softmax-shift", {
  controls: [
    { name: "cat", label: "Logit of cat", min: -3, max: 3, step: 0.1, start: 2, digits: 1 },
    { name: "dog", label: "Logit of dog", min: -3, max: 3, step: 0.1, start: 1, digits: 1 },
    { name: "pig", label: "Logit of pig", min: -3, max: 3, step: 0.1, start: -1, digits: 1 },
    { name: "shift", label: "Constant added", min: -3, max: 3, step: 0.1, start: 0, digits: 1 },
  ],
  values: ({ cat, dog, pig, shift }) => {
    const logits = [cat, dog, pig].map((logit) => logit + shift);
    const probabilities = numerics.softmax(logits);
    return { logits, probabilities, logsumexp: numerics.logsumexp(logits) };
  },
  words: ({ probabilities, logsumexp }) =>
    `probabilities of cat, dog and pig ${Moving.listed(probabilities, 3)}; ` +
    `log-sum-exp ${Moving.fixed(logsumexp, 2)}`,
  size: [400, 290],
  draw: ({ shift, logits, probabilities, logsumexp }, pen) => {
    const names = ["cat", "dog", "pig"];
    const up = pen.scale(-6, 7.5, 258, 24);
    const middle = (place) => 36 + 58 * place;
    return [
      pen.text(4, 14, "logit + constant", { anchor: "start", weight: "bold" }),
      pen.line(4, up(0), 184, up(0), { mark: "zero" }),
      ...names.flatMap((name, place) => [
        pen.bar(middle(place) - 23, 46, up(0), up(logits[place]), {
          ink: Moving.CLASSES[place], mark: `logit-${name}`,
        }),
        pen.text(middle(place), 282, name),
      ]),
      pen.line(4, up(logsumexp), 184, up(logsumexp), { width: 2, dash: "7 4", mark: "logsumexp" }),
      pen.text(184, up(logsumexp) - 6, `log-sum-exp ${Moving.fixed(logsumexp, 2)}`, {
        anchor: "end",
      }),
      ...names.map((name, place) => {
        const along = pen.scale(-3, 3, up(shift - 3), up(shift + 3));
        return pen.grip(name, "y", along, middle(place), up(logits[place]));
      }),
      pen.distribution(212, 184, 38, 264, names, probabilities, {
        title: "probability", digits: 3,
      }),
    ];
  },
});
