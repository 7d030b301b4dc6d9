/* Three ways from logits to a distribution, at a temperature: softmax, hardmax and sparsemax. */
Moving.define("temperature", {
  controls: [
    { name: "cat", label: "Logit of cat", min: -3, max: 3, step: 0.1, start: 2, digits: 1 },
    { name: "dog", label: "Logit of dog", min: -3, max: 3, step: 0.1, start: 1, digits: 1 },
    { name: "pig", label: "Logit of pig", min: -3, max: 3, step: 0.1, start: -1, digits: 1 },
    {
      name: "temperature", label: "Temperature", min: -1.3, max: 1.3, step: 0.02, start: 1, digits: 2,
      value: (position) => 10 ** position, position: Math.log10,
    },
  ],
  values: ({ cat, dog, pig, temperature }) => {
    const logits = [cat, dog, pig];
    const softmax = numerics.softmax(logits, temperature);
    return {
      logits,
      softmax,
      hardmax: numerics.hardmax(logits),
      sparsemax: numerics.sparsemax(logits.map((logit) => logit / temperature)),
      entropy: numerics.entropy(softmax),
    };
  },
  words: ({ softmax, hardmax, sparsemax, entropy }) =>
    `softmax ${Moving.listed(softmax, 2)}, with an entropy of ${Moving.fixed(entropy, 2)} nats; ` +
    `hardmax ${Moving.listed(hardmax, 0)}; sparsemax ${Moving.listed(sparsemax, 2)}`,
  size: [400, 380],
  draw: ({ logits, softmax, hardmax, sparsemax }, pen) => {
    const names = ["cat", "dog", "pig"];
    const up = pen.scale(-3, 3, 160, 30);
    const middle = (place) => 40 + 57 * place;
    return [
      pen.text(4, 14, "logit", { anchor: "start", weight: "bold" }),
      ...names.flatMap((name, place) => [
        pen.bar(middle(place) - 22, 44, up(0), up(logits[place]), {
          ink: Moving.CLASSES[place], mark: `logit-${name}`,
        }),
        pen.text(middle(place), 182, name),
      ]),
      pen.line(8, up(0), 188, up(0), { mark: "zero" }),
      ...names.map((name, place) => pen.grip(name, "y", up, middle(place), up(logits[place]))),
      pen.distribution(212, 184, 38, 164, names, softmax, { title: "softmax" }),
      pen.distribution(4, 184, 232, 354, names, hardmax, { title: "hardmax", digits: 0 }),
      pen.distribution(212, 184, 232, 354, names, sparsemax, { title: "sparsemax" }),
    ];
  },
});
