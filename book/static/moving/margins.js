/* A feature that moves around the circle, and the logit of its label under four margins. */
const margins = (degrees, { additive, angle }) => {
  const theta = (degrees * Math.PI) / 180;
  const piece = theta <= Math.PI / 2 ? 0 : 1;
  return {
    none: Math.cos(theta),
    // With the whole number two, and the number two at a product of lengths of four.
    large: (piece ? -1 : 1) * Math.cos(2 * theta) - 2 * piece,
    soft: Math.cos(theta) - 0.5,
    additive: Math.cos(theta) - additive,
    arcface: Math.cos(theta + angle),
  };
};

Moving.define("margins", {
  controls: [
    { name: "degrees", label: "Feature", min: 0, max: 180, step: 1, start: 50, unit: "°" },
    { name: "additive", label: "Additive margin", min: 0, max: 1, step: 0.05, start: 0.35, digits: 2 },
    { name: "angle", label: "ArcFace margin", min: 0, max: 1.5, step: 0.05, start: 0.5, digits: 2 },
  ],
  values: ({ degrees, additive, angle }) => ({
    logits: margins(degrees, { additive, angle }),
    // Where the label, while learning, and a rival at 120° have equal logits.
    boundaries: {
      none: 60,
      additive: 60 - (Math.asin(additive / Math.sqrt(3)) * 180) / Math.PI,
      arcface: 60 - (angle * 90) / Math.PI,
    },
    turn: 180 - (angle * 180) / Math.PI,
  }),
  words: ({ logits: { none, large, soft, additive, arcface }, turn }) => {
    const two = (logit) => Moving.fixed(logit, 2);
    return (
      `logit of the label ${two(none)}; L-Softmax ${two(large)}, soft ${two(soft)}, additive ` +
      `${two(additive)}, ArcFace ${two(arcface)}, which turns at ${Moving.fixed(turn, 0)}°`
    );
  },
  size: [400, 444],
  draw: ({ degrees, additive, angle, logits, boundaries, turn }, pen) => {
    const round = (place, radius) => {
      const theta = (place * Math.PI) / 180;
      return [98 + radius * Math.sin(theta), 116 - radius * Math.cos(theta)];
    };
    const ray = (place, from, to, style) =>
      pen.line(...round(place, from), ...round(place, to), style);
    const across = pen.scale(0, 180, 36, 382);
    const up = pen.scale(-3, 1, 406, 238);
    const rows = [
      { key: "none", name: "no margin", ink: "text" },
      { key: "large", name: "L-Softmax", ink: "model", dash: "9 3 2 3" },
      { key: "soft", name: "soft", ink: "cross-entropy", dash: "2 3" },
      { key: "additive", name: "additive", ink: "truth", dash: "9 4" },
      { key: "arcface", name: "ArcFace", ink: "highlight" },
    ];
    const grid = Array.from({ length: 91 }, (_, place) => 2 * place);
    const all = grid.map((place) => margins(place, { additive, angle }));
    return [
      pen.curve(Array.from({ length: 121 }, (_, place) => round(3 * place, 74)), { ink: "neutral" }),
      ...[["label", 0], ["rival", 120], ["rival", 240]].flatMap(([name, place]) => {
        const [x, y] = round(place, 92);
        return [ray(place, 0, 74, { width: 2.5 }), pen.text(x, y + 5, name)];
      }),
      // From here on a feature is taken for that of a rival.
      ...["none", "additive", "arcface"].map((key) => {
        const { ink, dash } = rows.find((row) => row.key === key);
        return ray(boundaries[key], 20, 84, { ink, dash, width: 2, mark: `boundary-${key}` });
      }),
      ray(degrees, 0, 74, { ink: "squared-error", width: 2 }),
      pen.dot(...round(degrees, 74), { ink: "squared-error", radius: 7, mark: "feature" }),
      pen.text(390, 34, "logit of the label", { anchor: "end", weight: "bold" }),
      ...rows.flatMap(({ key, name, ink, dash }, place) => [
        pen.line(220, 55 + 26 * place, 248, 55 + 26 * place, { ink, dash, width: 3 }),
        pen.text(254, 60 + 26 * place, name, { anchor: "start" }),
        pen.text(390, 60 + 26 * place, Moving.fixed(logits[key], 2), { anchor: "end" }),
      ]),
      ...[1, 0, -1, -2, -3].flatMap((tick) => [
        pen.line(36, up(tick), 382, up(tick), { ink: "neutral", dash: tick ? "2 4" : undefined }),
        pen.text(30, up(tick) + 5, Moving.fixed(tick, 0), { anchor: "end" }),
      ]),
      pen.line(across(turn), up(1), across(turn), up(-3), { ink: "highlight", dash: "1 4", width: 2, mark: "turn" }),
      ...rows.map(({ key, ink, dash }) =>
        pen.curve(grid.map((place, n) => [across(place), up(all[n][key])]), {
          ink, dash, width: 2.5, mark: `curve-${key}`,
        }),
      ),
      ...rows.map(({ key, ink }) =>
        pen.dot(across(degrees), up(logits[key]), { ink, mark: `here-${key}` }),
      ),
      ...[0, 30, 60, 90, 120, 150, 180].map((tick) => pen.text(across(tick), 440, `${tick}°`)),
      pen.grip("degrees", "x", across, across(degrees), 414),
    ];
  },
});
