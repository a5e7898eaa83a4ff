// When an element came into the page: a view is drawn before it stands there.

/** Runs once the element is in the page, and never where that takes longer than ten seconds or so. */
export function attached(element, act, frames = 600) {
  if (element.isConnected) act();
  else if (frames) requestAnimationFrame(() => attached(element, act, frames - 1));
}
