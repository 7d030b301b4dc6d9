/* What scrolls sideways can be reached by keyboard; what does not is no stop on the way. */
(() => {
  const WIDE = "main :is(.formula, .mathml-long math, pre, .pst-scrollable-table-container, .output)";
  const update = (element) => {
    const scrolls = element.scrollWidth > element.clientWidth
      && getComputedStyle(element).overflowX !== "visible";
    if (scrolls) element.setAttribute("tabindex", "0");
    else element.removeAttribute("tabindex");
  };
  // Called at first, and whenever an element is unfolded or the window gets another width.
  const observer = new ResizeObserver((changes) => {
    for (const change of changes) update(change.target);
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const element of document.querySelectorAll(WIDE)) observer.observe(element);
  });
})();
