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
  size: [400, 260],
  draw: ({ shift, logits, probabilities, logsumexp }, pen) => {
    const names = ["cat", "dog", "pig"];
    const up = pen.scale(-6, 8, 210, 35);
    const share = pen.scale(0, 1, 210, 55);
    const left = (place) => 12 + 56 * place;
    const right = (place) => 225 + 58 * place;
    return [
      pen.text(4, 16, "logit + constant", { anchor: "start", weight: "bold" }),
      pen.text(222, 16, "probability", { anchor: "start", weight: "bold" }),
      pen.line(4, up(0), 176, up(0), { mark: "zero" }),
      pen.line(218, share(0), 396, share(0), { mark: "floor" }),
      pen.line(218, share(1), 396, share(1), { ink: "neutral", dash: "2 4", mark: "one" }),
      pen.text(214, share(0) + 5, "0", { anchor: "end" }),
      pen.text(214, share(1) + 5, "1", { anchor: "end" }),
      ...names.flatMap((name, place) => [
        pen.bar(left(place), 44, up(0), up(logits[place]), {
          ink: Moving.CLASSES[place], mark: `logit-${name}`,
        }),
        pen.text(left(place) + 22, 250, name),
        pen.bar(right(place), 46, share(0), share(probabilities[place]), {
          ink: Moving.CLASSES[place], mark: `probability-${name}`,
        }),
        pen.text(right(place) + 23, share(probabilities[place]) - 6,
          Moving.fixed(probabilities[place], 3)),
        pen.text(right(place) + 23, 250, name),
      ]),
      pen.line(4, up(logsumexp), 176, up(logsumexp), { width: 2, dash: "7 4", mark: "logsumexp" }),
      pen.text(176, up(logsumexp) - 6, `log-sum-exp ${Moving.fixed(logsumexp, 2)}`, {
        anchor: "end",
      }),
      ...names.map((name, place) =>
        pen.grip(name, "y", pen.scale(-3, 3, up(shift - 3), up(shift + 3)), left(place) + 22,
          up(logits[place])),
      ),
    ];
  },
});
