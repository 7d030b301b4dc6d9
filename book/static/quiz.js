/* Checks quizzes: what is right stands in a form's attributes, why in its folded list. */
(() => {
  const NUMBER = "([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?)";
  const FRACTION = new RegExp(`^${NUMBER}(?:/${NUMBER})?(%?)$`);

  /* A number as people write it: comma or point, a fraction, with its unit or without. */
  const read = (text, unit) => {
    let plain = text.replace(/\s/g, "").replace(/[\u2212\u2013]/g, "-").replace(/,/g, ".");
    plain = plain.toLowerCase();
    for (const name of unit ? [`${unit}s`, unit] : []) {
      if (plain.endsWith(name.toLowerCase())) plain = plain.slice(0, -name.length);
    }
    const parts = FRACTION.exec(plain);
    return parts ? parts[1] / (parts[2] ?? 1) / (parts[3] ? 100 : 1) : NaN;
  };

  /* The verdict, and the places of the explanations that apply. */
  const judge = (form) => {
    const { kind, values, tolerance, unit, right } = form.dataset;
    if (kind === "number") {
      const text = form.querySelector("input").value;
      if (!text.trim()) return ["Type a number first."];
      const number = read(text, unit);
      if (!Number.isFinite(number)) {
        return ["This cannot be read as a number. Write it like 0.25, 0,25, −1/4 or 2.5e-1."];
      }
      // Rounding must not exclude what is off by the tolerance exactly.
      const near = (value) => Math.abs(number - value) <= tolerance * (1 + 1e-9);
      const place = values.split(" ").findIndex(near);
      if (place < 0) return ["✗ Not yet. Try once more, or unfold the answer."];
      return [place ? "✗ Not yet." : "✓ Right.", [place]];
    }
    const all = right.split(" ");
    const ticked = [...form.querySelectorAll("input:checked")].map((input) => input.value);
    if (!ticked.length) return ["Choose an answer first."];
    const wrong = ticked.filter((place) => !all.includes(place));
    if (wrong.length) return ["✗ Not yet.", wrong];
    if (ticked.length === all.length) return ["✓ Right.", all];
    return ["✗ Not yet. What you ticked is right, and something is missing."];
  };

  for (const form of document.querySelectorAll("form.quiz")) {
    const result = form.querySelector(".quiz-result");
    const items = form.querySelectorAll(".quiz-answers > ul > li");
    form.querySelector(".quiz-check").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [verdict, places = []] = judge(form);
      const list = document.createElement("ul");
      list.append(...places.map((place) => items[place].cloneNode(true)));
      list.querySelectorAll("[id]").forEach((copy) => copy.removeAttribute("id"));
      list.querySelectorAll(".quiz-sign").forEach((sign) => sign.remove());
      const sentence = document.createElement("p");
      sentence.append(verdict);
      result.replaceChildren(sentence, ...(places.length ? [list] : []));
    });
    // A verdict on an answer that has changed would mislead.
    form.addEventListener("input", () => result.replaceChildren());
  }
})();
