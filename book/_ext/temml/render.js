// Calls Temml, and sets what it leaves to the browser as TeX would.

// Elements whose later children are scripts or limits.
const SCRIPTED = ["msub", "msup", "msubsup", "munder", "mover", "munderover"];
// Elements that fences have to grow for.
const TALL = ["mfrac", "mtable", "munderover", "munder", "msqrt", "mroot", "mspace"];
const LARGE = /^[∏-∑∐∫-∳⋀-⋃⨀-⨆]$/u;
const FUNCTION = /^[A-Za-z][A-Za-z ]+$/;
const BEFORE_FUNCTION = ["mi", "mn", "msub", "msup", "msubsup", "mfrac", "msqrt", "mroot"];
// Widths of parentheses of a given height in Latin Modern Math. Chromium makes each as wide as the largest.
const WIDTHS = { "1.2em": "0.458em", "1.8em": "0.597em", "2.4em": "0.736em", "3.0em": "0.875em" };

function render(tex, options) {
  try {
    const math = temml.__renderToMathMLTree(tex, options);
    correct(math, false);
    return { mathml: math.toMarkup() };
  } catch (error) {
    // Some slips, such as x^, end in an error of the program and not of the parser.
    const known = error.name === "ParseError";
    return { error: known ? error.message : "something is missing or misplaced" };
  }
}

function correct(node, inScript) {
  const children = node.children || [];
  if (node.type === "mo") {
    correctOperator(node, inScript);
    return;
  }
  children.forEach((child, index) => {
    correct(child, inScript || (SCRIPTED.includes(node.type) && index > 0));
  });
  if (node.type === "mrow" || node.type === "mtd" || node.type === "math") {
    settleFences(node);
    spaceArguments(node);
    if (!inScript) {
      spaceFunctions(node);
    }
  }
}

// TeX sets no space around operators and relations in scripts.
function correctOperator(node, inScript) {
  const { attributes } = node;
  if (inScript && !LARGE.test(textOf(node)) && attributes.lspace === undefined) {
    attributes.lspace = "0em";
    attributes.rspace = "0em";
  }
  if ("()".includes(textOf(node)) && WIDTHS[attributes.maxsize]) {
    node.style.width = WIDTHS[attributes.maxsize];
  }
}

// \left( and \right) around a flat formula are ordinary parentheses.
function settleFences(row) {
  const { children } = row;
  const [first, last] = [children[0], children[children.length - 1]];
  const fences = [first, last].filter((node) => node && node.type === "mo");
  if (
    fences.length === 2 &&
    fences.every((node) => node.attributes.stretchy === "true" && !node.attributes.maxsize) &&
    !children.slice(1, -1).some(isTall)
  ) {
    children
      .filter((node) => node.type === "mo" && node.attributes.fence === "true")
      .forEach((node) => { node.attributes.stretchy = "false"; });
  }
}

function isTall(node) {
  if (node.type === "mspace") {
    return node.attributes.height !== undefined;
  }
  if (TALL.includes(node.type) || (node.type === "mo" && LARGE.test(textOf(node)))) {
    return true;
  }
  return (node.children || []).some(isTall);
}

// To the space after the invisible sign between function and argument Firefox would add another.
function spaceArguments({ children }) {
  children.forEach((node, index) => {
    const next = children[index + 1];
    if (next && next.type === "mspace" && node.type === "mo" && textOf(node) === "\u2061") {
      children.splice(index, 2, next, node);
    }
  });
}

// A thin space parts a function's name from what it multiplies; Temml sets it after a single letter alone.
function spaceFunctions(row) {
  const spaced = [];
  for (const node of row.children) {
    const before = spaced[spaced.length - 1];
    if (before && startsWithFunction(node) && endsFactor(before)) {
      const space = new row.constructor("mspace", []);
      space.setAttribute("width", "0.1667em");
      spaced.push(space);
    }
    spaced.push(node);
  }
  row.children = spaced;
}

function startsWithFunction(node) {
  if (node.type === "mi") {
    return FUNCTION.test(textOf(node));
  }
  const grouped = ["mrow", ...SCRIPTED].includes(node.type) && node.children.length > 0;
  return grouped && startsWithFunction(node.children[0]);
}

function endsFactor(node) {
  if (node.type === "mrow" && node.children.length > 0) {
    return endsFactor(node.children[node.children.length - 1]);
  }
  if (node.type === "mo") {
    return node.attributes.form === "postfix";
  }
  return BEFORE_FUNCTION.includes(node.type) && !startsWithFunction(node);
}

function textOf(node) {
  return (node.children || []).map((child) => child.text || "").join("");
}
