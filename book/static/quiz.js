/* Checks the quizzes of a page. What is right stands in the attributes of each form, and the
   explanations in its folded list, in the order of the choices. */
(() => {
  const NUMBER = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?";
  const FRACTION = new RegExp(`^(${NUMBER})(?:/(${NUMBER}))?(%?)$`, "i");

  /* Read a number as people write it: comma or point, a fraction, with its unit or without. */
  const read = (text, unit) => {
    let plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(/[\u2212\u2013]/g, "-").replace(/,/g, ".");
    for (const name of unit ? [`${unit}s`, unit] : []) {
      if (plain.toLowerCase().endsWith(name.toLowerCase())) plain = plain.slice(0, -name.length);
    }
    const parts = FRACTION.exec(plain);
    return parts ? parts[1] / (parts[2] ?? 1) / (parts[3] ? 100 : 1) : NaN;
  };

  /* Say what holds of an answer: a sentence, whether it is right, and which explanations apply. */
  const judge = (form) => {
    const { kind, values, tolerance, unit } = form.dataset;
    if (kind === "number") {
      const text = form.querySelector("input").value;
      if (!text.trim()) return ["Type a number first."];
      const number = read(text, unit);
      if (!Number.isFinite(number)) {
        return ["This cannot be read as a number. Write it like 0.25, 0,25, −1/4 or 2.5e-1."];
      }
      // Rounding must not exclude a number that is off by the tolerance exactly.
      const near = (value) => Math.abs(number - value) <= tolerance * (1 + 1e-9);
      const place = values.split(" ").findIndex(near);
      if (place === 0) return ["✓ Right.", [0]];
      return place > 0
        ? ["✗ Not yet.", [place]]
        : ["✗ Not yet. Try once more, or unfold the answer."];
    }
    const right = form.dataset.right.split(" ").map(Number);
    const ticked = [...form.querySelectorAll("input:checked")].map((input) => +input.value);
    if (!ticked.length) return ["Choose an answer first."];
    const wrong = ticked.filter((place) => !right.includes(place));
    if (wrong.length) return ["✗ Not yet.", wrong];
    return ticked.length === right.length
      ? ["✓ Right.", right]
      : ["✗ Not yet. What you ticked is right, and something is missing."];
  };

  const show = (form) => {
    const result = form.querySelector(".quiz-result");
    const [verdict, places = []] = judge(form);
    const sentence = document.createElement("p");
    sentence.textContent = verdict;
    const items = form.querySelectorAll(".quiz-answers > ul > li");
    const list = document.createElement("ul");
    list.append(...places.map((place) => items[place].cloneNode(true)));
    list.querySelectorAll("[id]").forEach((copy) => copy.removeAttribute("id"));
    list.querySelectorAll(".quiz-sign").forEach((sign) => sign.remove());
    result.replaceChildren(sentence, ...(places.length ? [list] : []));
  };

  for (const form of document.querySelectorAll("form.quiz")) {
    form.querySelector(".quiz-check").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show(form);
    });
    // A verdict on an answer that has changed would mislead.
    form.addEventListener("input", () => form.querySelector(".quiz-result").replaceChildren());
  }
})();
