// The images that are selected, side by side over the whole window; Esc goes back to the gallery.
import { Beside } from "./beside.js";
import { copyButton } from "./copying.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

export class Comparing {
  element;
  #given;
  #beside;
  #told = h("code", { class: "il-told il-mono" });
  #copy = h("span");
  #mode = "side by side"; // as it was chosen last

  /** @param {{ask: Function, original: (id: number) => Promise<string>, onClose: () => void}} given */
  constructor(given) {
    this.#given = given;
    this.#beside = new Beside(given);
    const closes = { class: "il-button il-plain", type: "button", title: "close (Esc)", "aria-label": "close" };
    const close = h("button", { ...closes, on: { click: () => this.leave() } }, icon("close"));
    const bar = h("div", { class: "il-bar" }, this.#told, this.#copy, h("span", { class: "il-spring" }), close);
    const told = { class: "il-over il-comparing", "aria-label": "compare", on: { close: () => this.#closed() } };
    this.element = h("dialog", told, bar, this.#beside.element);
  }

  get isOpen() {
    return this.element.open;
  }

  /** @param {number[]} ids two to four */
  open(ids) {
    const code = `lab.compare(${ids.join(", ")})`;
    this.#told.textContent = code;
    fill(this.#copy, copyButton("copy the code", () => code));
    this.element.showModal();
    this.#beside.element.style.setProperty("--il-count", String(ids.length));
    this.#beside.element.focus();
    return this.#beside.show(ids, this.#mode);
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it was for the pictures */
  key(event) {
    const back = ["Escape", "c", "C"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (back) this.leave();
    return back || this.#beside.key(event);
  }

  leave() {
    this.element.close();
  }

  close() {
    this.#beside.close();
    this.element.remove();
  }

  #closed() {
    this.#mode = this.#beside.mode;
    this.#beside.clear();
    this.#given.onClose();
  }
}
