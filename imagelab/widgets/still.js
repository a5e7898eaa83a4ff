// The still: a static picture that a notebook keeps for readers without a kernel. It lies in the
// output before the view's own, and a view that is alive hides it.

const FRAMES = 120; // to wait for the view to be put into the page

/** @param {HTMLElement} element the view's @param {string} name the still's, as Python wrote it */
export function hideStill(element, name, frames = FRAMES) {
  if (!element.isConnected) {
    if (frames) requestAnimationFrame(() => hideStill(element, name, frames - 1));
    return;
  }
  let output = element.closest(".jp-OutputArea-child")?.previousElementSibling;
  for (; output; output = output.previousElementSibling)
    if (output.querySelector(`[data-il-still="${CSS.escape(name)}"]`)) output.style.display = "none";
}
