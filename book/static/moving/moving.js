/* Moving pictures: what all of them share. CONTRIBUTING.md tells how one is written.

   A picture is a pure function from the settings of its controls to numbers and from these to an
   SVG. The build calls it for the starting values, and the page shows that before any script runs;
   the element <moving-picture> then calls the same function whenever the reader moves a control.
   Nothing moves by itself. */
const Moving = (() => {
  const pictures = new Map();
  const define = (name, picture) => pictures.set(name, picture);

  /* Controls. The position of a slider is its value, unless `value` and `position` say otherwise. */

  const same = (number) => number;
  const valueAt = (control, position) =>
    control.options ? position : (control.value ?? same)(Number(position));
  const positionOf = (control, value) =>
    control.options ? value : (control.position ?? same)(value);
  const shown = (control, value) =>
    control.options ? value : fixed(value, control.digits ?? 0) + (control.unit ?? "");

  /* Text */

  const fixed = (number, digits) => {
    if (!Number.isFinite(number)) return number > 0 ? "∞" : number < 0 ? "−∞" : "undefined";
    const text = Math.abs(number).toFixed(digits);
    return number < 0 && Number(text) !== 0 ? `−${text}` : text;
  };
  /* Three digits, and a power of ten where there would be many zeros. */
  const significant = (number) => {
    const size = Math.abs(number);
    if (size === 0 || (size >= 1e-4 && size < 1e6) || !Number.isFinite(number)) {
      return fixed(number, size ? Math.max(0, 2 - Math.floor(Math.log10(size))) : 0);
    }
    const [digits, power] = number.toExponential(2).split("e");
    const raised = [...power].map((sign) => ({ "-": "⁻", "+": "" })[sign] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]);
    return `${digits.replace("-", "−")} · 10${raised.join("")}`;
  };
  const listed = (numbers, digits) => numbers.map((number) => fixed(number, digits)).join(", ");
  const escaped = (text) =>
    String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

  /* Drawing. Colours are those of course_utils.plots.style; two are darker, so that each has a
     contrast of 3 to 1 and more with the light page and with the dark one. */

  const INK = {
    text: "currentColor", truth: "#009e73", model: "#0072b2", "cross-entropy": "#d55e00",
    "squared-error": "#cc79a7", highlight: "#b37a00", contrast: "#2f8fc4", neutral: "#6b7280",
  };
  const CLASSES = [
    "model", "cross-entropy", "truth", "highlight", "squared-error", "contrast", "neutral",
  ];

  const rounded = (value) =>
    typeof value === "number" ? Math.round(value * 100) / 100 : escaped(value);
  const element = (tag, attributes, content = "") => {
    const written = Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ` ${name}="${rounded(value)}"`);
    return `<${tag}${written.join("")}>${content}</${tag}>`;
  };
  const stroke = ({ ink = "text", width = 1, dash }) => ({
    fill: "none", stroke: INK[ink], "stroke-width": width, "stroke-dasharray": dash,
  });

  /* Return a function from values to coordinates, linear, that knows its ends. */
  const scale = (low, high, start, end) =>
    Object.assign((value) => start + ((value - low) / (high - low)) * (end - start), {
      ends: [low, high, start, end],
    });

  const pen = {
    scale,
    line: (x1, y1, x2, y2, style = {}) =>
      element("line", { x1, y1, x2, y2, ...stroke(style), "data-mark": style.mark }),
    curve: (points, style = {}) => {
      const seen = points.filter((point) => point.every(Number.isFinite));
      const path = seen.map((point) => point.map(rounded).join(" ")).join("L");
      return element("path", { d: `M${path}`, ...stroke(style), "data-mark": style.mark });
    },
    bar: (x, width, from, to, { ink = "model", mark } = {}) =>
      element("rect", {
        x, width, y: Math.min(from, to), height: Math.abs(to - from), fill: INK[ink],
        "data-mark": mark,
      }),
    dot: (cx, cy, { ink = "model", radius = 5, mark } = {}) =>
      element("circle", { cx, cy, r: radius, fill: INK[ink], "data-mark": mark }),
    text: (x, y, words, { anchor = "middle", size, weight, mark } = {}) =>
      element(
        "text",
        {
          x, y, fill: INK.text, "text-anchor": anchor, "font-size": size, "font-weight": weight,
          "data-mark": mark,
        },
        escaped(words),
      ),
    /* A place to take hold of a control: whoever drags it moves the control along the scale. */
    grip: (control, axis, along, x, y, { ink = "text" } = {}) => {
      const [width, height] = axis === "y" ? [24, 6] : [6, 24];
      return (
        element("rect", {
          x: x - width / 2, y: y - height / 2, width, height, rx: 3, fill: INK[ink],
          class: "moving-grip",
        }) +
        element("rect", {
          x: x - 22, y: y - 22, width: 44, height: 44, fill: "transparent",
          class: `moving-hold moving-hold-${axis}`, "data-control": control, "data-axis": axis,
          "data-along": along.ends.map(rounded).join(" "),
        })
      );
    },
  };

  /* Bars of a distribution, with their names below and their numbers above. */
  pen.distribution = (x, width, top, bottom, names, shares, { title, digits = 2, mark = title }) => {
    const share = scale(0, 1, bottom, top);
    const step = (width - 14) / names.length;
    const middle = (place) => x + 14 + step * (place + 0.5);
    return [
      pen.text(x, top - 24, title, { anchor: "start", weight: "bold" }),
      pen.text(x + 9, bottom + 5, "0", { anchor: "end" }),
      pen.text(x + 9, top + 5, "1", { anchor: "end" }),
      pen.line(x + 14, top, x + width, top, { ink: "neutral", dash: "2 4", mark: `${mark}-one` }),
      ...shares.flatMap((value, place) => [
        pen.bar(middle(place) - 0.4 * step, 0.8 * step, share(0), share(value), {
          ink: CLASSES[place], mark: `${mark}-${names[place]}`,
        }),
        pen.text(middle(place), share(value) - 5, fixed(value, digits)),
        pen.text(middle(place), bottom + 18, names[place]),
      ]),
      pen.line(x + 14, bottom, x + width, bottom, { mark: `${mark}-zero` }),
    ].join("");
  };

  /* What a picture shows for given settings. */

  const computed = (picture, settings) => ({ ...settings, ...picture.values(settings) });
  const moved = (picture, settings, control, value) => {
    const changed = { ...settings, [control]: value };
    return picture.link?.(changed, control) ?? changed;
  };
  const drawing = (picture, values) => picture.draw(values, pen).join("");
  const announced = (picture, control, values) =>
    `${control.label} ${shown(control, values[control.name])}; ${picture.words(values)}`;

  /* For the build: names, controls, and the markup for given settings. */

  const controls = (name) =>
    pictures.get(name).controls.map((control) => ({
      name: control.name,
      options: control.options,
      low: control.options ? undefined : valueAt(control, control.min),
      high: control.options ? undefined : valueAt(control, control.max),
    }));

  /* The settings to begin with: those that are given, and what the picture links to them. */
  const begin = (name, given) => {
    const picture = pictures.get(name);
    let settings = Object.fromEntries(picture.controls.map(({ name, start }) => [name, start]));
    for (const [control, value] of Object.entries(given)) {
      settings = moved(picture, settings, control, value);
    }
    return settings;
  };

  const input = (picture, control, values, id) => {
    const value = values[control.name];
    const common = { id: `${id}-${control.name}`, name: control.name, autocomplete: "off" };
    if (control.options) {
      const options = control.options.map((option) =>
        element("option", { selected: option === value ? "selected" : undefined }, escaped(option)),
      );
      return element("select", common, options.join(""));
    }
    const { min, max, step } = control;
    const attributes = element("input", {
      ...common, type: "range", min: String(min), max: String(max), step: String(step),
      value: String(positionOf(control, value)),
      "aria-valuetext": announced(picture, control, values),
    });
    return attributes.replace("</input>", "");
  };

  const markup = (name, id, settings) => {
    const picture = pictures.get(name);
    const values = computed(picture, settings);
    const [width, height] = picture.size;
    const rows = picture.controls.map((control) => {
      const label = element("label", { for: `${id}-${control.name}` }, escaped(control.label));
      const field = input(picture, control, values, id);
      const output = control.options
        ? ""
        : element(
            "output",
            { for: `${id}-${control.name}`, "aria-live": "off" },
            shown(control, values[control.name]),
          );
      return `<div class="moving-control">${label}${field}${output}</div>\n`;
    });
    return {
      width, height,
      drawing: drawing(picture, values),
      words: escaped(picture.words(values)),
      controls: rows.join(""),
    };
  };

  /* On the page. */

  /* Called when all pictures of the page are defined. */
  const start = () => {
    class MovingPicture extends HTMLElement {
      /* All numbers that the picture shows: its settings and what follows from them. */
      values = {};

      connectedCallback() {
        this.picture = pictures.get(this.getAttribute("picture"));
        this.start = JSON.parse(this.getAttribute("start"));
        this.drawing = this.querySelector("svg");
        this.words = this.querySelector(".moving-words");
        this.addEventListener("input", ({ target }) => {
          this.set(target.name, valueAt(this.control(target.name), target.value));
        });
        this.querySelector("button").addEventListener("click", () => this.reset());
        this.drawing.addEventListener("pointerdown", (event) => this.grab(event));
        this.values = computed(this.picture, this.start);
      }

      control(name) {
        return this.picture.controls.find((control) => control.name === name);
      }

      field(name) {
        return this.querySelector(`[name="${name}"]`);
      }

      /* Move a control, and with it those that the picture links to it. */
      set(name, value) {
        const { controls } = this.picture;
        const settings = Object.fromEntries(controls.map(({ name }) => [name, this.values[name]]));
        // The slider says it itself.
        this.words.setAttribute("aria-live", "off");
        this.show(moved(this.picture, settings, name, value));
      }

      reset() {
        this.words.setAttribute("aria-live", "polite");
        this.show(this.start);
      }

      show(settings) {
        this.values = computed(this.picture, settings);
        this.drawing.innerHTML = drawing(this.picture, this.values);
        this.words.textContent = this.picture.words(this.values);
        for (const control of this.picture.controls) {
          const value = this.values[control.name];
          const field = this.field(control.name);
          field.value = positionOf(control, value);
          if (control.options) continue;
          field.setAttribute("aria-valuetext", announced(this.picture, control, this.values));
          field.nextElementSibling.textContent = shown(control, value);
        }
      }

      /* Follow a pointer that has taken hold of a grip, until it lets go. */
      grab(event) {
        const { control: name, axis, along } = event.target.dataset;
        if (!name || event.button) return;
        event.preventDefault();
        const field = this.field(name);
        field.focus({ preventScroll: true });
        const [low, high, start, end] = along.split(" ").map(Number);
        const follow = ({ clientX, clientY }) => {
          const matrix = this.drawing.getScreenCTM().inverse();
          const place = new DOMPoint(clientX, clientY).matrixTransform(matrix)[axis];
          const control = this.control(name);
          const value = low + ((place - start) / (end - start)) * (high - low);
          // The field keeps to its range and steps.
          field.value = positionOf(control, value);
          this.set(name, valueAt(control, field.value));
        };
        this.drawing.setPointerCapture(event.pointerId);
        this.drawing.addEventListener("pointermove", follow);
        this.drawing.addEventListener(
          "lostpointercapture",
          () => this.drawing.removeEventListener("pointermove", follow),
          { once: true },
        );
      }
    }
    customElements.define("moving-picture", MovingPicture);
  };

  return {
    define, fixed, significant, listed, CLASSES, INK, controls, begin, markup, start,
  };
})();
