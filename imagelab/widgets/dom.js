// Elements, made without ever reading text as markup.

/**
 * @param {string} tag
 * @param {Record<string, any>} [given] `class`, `on` (listeners), `style` (properties), `dataset`,
 *   and attributes; false, null and undefined leave one out
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function h(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "class") made.className = value;
    else if (name === "on") for (const [type, act] of Object.entries(value)) made.addEventListener(type, act);
    else if (name === "style") for (const [property, worth] of Object.entries(value)) made.style.setProperty(property, worth);
    else if (name === "dataset") Object.assign(made.dataset, value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  fill(made, ...children);
  return made;
}

/** Replaces what is in an element; strings become text, never markup. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Runs once things have been quiet for a while; `now()` runs at once. */
export function settled(milliseconds, act) {
  let timer = 0;
  const later = (...words) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...words), milliseconds);
  };
  later.now = (...words) => {
    clearTimeout(timer);
    act(...words);
  };
  later.stop = () => clearTimeout(timer);
  return later;
}
