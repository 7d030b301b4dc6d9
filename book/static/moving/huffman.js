/* The Huffman code of a distribution: its tree, its words, and their mean length beside the entropy. */
const huffman = (probabilities) => {
  const rarer = (a, b) => a.share - b.share || a.order - b.order;
  let trees = probabilities
    .map((share, order) => ({ share, order, symbols: [order] }))
    .filter(({ share }) => share > 0);
  const lengths = probabilities.map((share) => (share > 0 ? 0 : null));
  for (let order = probabilities.length; trees.length > 1; order += 1) {
    const [first, second, ...rest] = trees.sort(rarer);
    const symbols = [...first.symbols, ...second.symbols];
    for (const symbol of symbols) lengths[symbol] += 1;
    trees = [...rest, { share: first.share + second.share, order, symbols }];
  }
  // Words of these lengths: sorted by length, they are counted upwards.
  const words = probabilities.map(() => null);
  let [number, previous] = [0, 0];
  const possible = lengths.flatMap((length, symbol) => (length === null ? [] : [symbol]));
  for (const symbol of possible.sort((a, b) => lengths[a] - lengths[b] || a - b)) {
    number *= 2 ** (lengths[symbol] - previous);
    previous = lengths[symbol];
    words[symbol] = previous ? number.toString(2).padStart(previous, "0") : "";
    number += 1;
  }
  return words;
};

Moving.define("huffman", {
  controls: ["A", "B", "C", "D", "E"].map((name, place) => ({
    // One of them always happens.
    name, label: `Weight of ${name}`, min: place ? 0 : 1, max: 16, step: 1, start: [8, 4, 2, 1, 1][place],
  })),
  values: ({ A, B, C, D, E }) => {
    const weights = [A, B, C, D, E];
    const probabilities = weights.map((weight) => weight / numerics.sum(weights));
    const words = huffman(probabilities);
    return {
      probabilities,
      words,
      surprisals: probabilities.map((share) => 0 - Math.log2(share)),
      entropy: numerics.entropy(probabilities) / Math.LN2,
      meanLength: numerics.sum(
        probabilities.map((share, place) => share * (words[place]?.length ?? 0)),
      ),
    };
  },
  words: ({ words, entropy, meanLength }) =>
    `entropy ${Moving.fixed(entropy, 3)} bits, mean length ${Moving.fixed(meanLength, 3)} bits; ` +
    `lengths of A to E: ${words.map((word) => word?.length ?? "none").join(", ")}`,
  size: [400, 456],
  draw: ({ A, B, C, D, E, probabilities, words, surprisals, entropy, meanLength }, pen) => {
    const names = ["A", "B", "C", "D", "E"];
    const weights = [A, B, C, D, E];
    const up = pen.scale(0, 16, 154, 34);
    const middle = (place) => 22 + 38 * place;
    const columns = [220, 284, 336, 390];
    const along = pen.scale(0, 2.5, 110, 310);

    /* The tree hangs from its root; a node is named by the word that leads to it. */
    const leaves = names
      .map((name, place) => ({ name, place, word: words[place] }))
      .filter(({ word }) => word !== null)
      .sort((a, b) => (a.word < b.word ? -1 : 1));
    const across = (node) => {
      const below = leaves.flatMap(({ word }, place) => (word.startsWith(node) ? [place] : []));
      if (leaves.some(({ word }) => word === node)) return 36 + (328 * (below[0] + 0.5)) / leaves.length;
      return (across(`${node}0`) + across(`${node}1`)) / 2;
    };
    const depth = (node) => 210 + 40 * node.length;
    const nodes = [...new Set(leaves.flatMap(({ word }) =>
      Array.from({ length: word.length }, (_, bits) => word.slice(0, bits + 1))))];

    return [
      pen.text(4, 14, "weight", { anchor: "start", weight: "bold" }),
      ...names.flatMap((name, place) => [
        pen.bar(middle(place) - 14, 28, up(0), up(weights[place]), {
          ink: Moving.CLASSES[place], mark: `weight-${name}`,
        }),
        pen.text(middle(place), 174, name),
      ]),
      pen.line(4, up(0), 192, up(0)),
      ...names.map((name, place) =>
        pen.grip(name, "y", up, middle(place), up(weights[place])),
      ),
      ...["share", "bits", "word"].map((title, place) =>
        pen.text(columns[place + 1], 14, title, { weight: "bold", anchor: "end" }),
      ),
      ...names.flatMap((name, place) => {
        const y = 44 + 28 * place;
        return [
          pen.text(columns[0], y, name),
          pen.text(columns[1], y, Moving.fixed(probabilities[place], 3), { anchor: "end" }),
          pen.text(columns[2], y, Moving.fixed(surprisals[place], 2), { anchor: "end" }),
          pen.text(columns[3], y, words[place] === "" ? "empty" : words[place] ?? "none", {
            anchor: "end", mark: `word-${name}`,
          }),
        ];
      }),
      pen.text(4, 206, "tree", { anchor: "start", weight: "bold" }),
      ...nodes.flatMap((node) => {
        const parent = node.slice(0, -1);
        const [x, y] = [(across(node) + across(parent)) / 2, (depth(node) + depth(parent)) / 2];
        const side = node.endsWith("1") ? 8 : -8;
        return [
          pen.line(across(parent), depth(parent), across(node), depth(node), {
            width: 1.5, mark: `branch-${node}`,
          }),
          pen.text(x + side, y + 2, node.at(-1)),
        ];
      }),
      ...leaves.flatMap(({ name, place, word }) => [
        pen.dot(across(word), depth(word), { ink: Moving.CLASSES[place], radius: 6, mark: `leaf-${name}` }),
        pen.text(across(word), depth(word) + 21, name),
      ]),
      ...[
        { name: "entropy", value: entropy, y: 404, ink: "truth" },
        { name: "mean length", value: meanLength, y: 428, ink: "model" },
      ].flatMap(({ name, value, y, ink }) => [
        pen.text(104, y + 11, name, { anchor: "end" }),
        pen.bar(along(0), along(value) - along(0), y, y + 14, { ink, mark: name.replace(" ", "-") }),
        pen.text(along(value) + 6, y + 12, `${Moving.fixed(value, 3)} bits`, { anchor: "start" }),
      ]),
    ];
  },
});
