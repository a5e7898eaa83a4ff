// What stands in the grid's place when there is nothing to show.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./words.js";

export class Notices {
  element = h("div", { class: "il-notice" });
  #given;
  #shown = null;

  /** @param {{onClear: () => void, onAgain: () => void, onQuery: (query: string) => void}} given */
  constructor(given) {
    this.#given = given;
    this.show({});
  }

  /** @param {{empty?: boolean, query?: string, trouble?: string, hint?: {hint: string, better: string|null}|null}} seen */
  show({ empty = false, query = "", trouble = "", hint = null }) {
    const shown = JSON.stringify([empty, query, trouble, hint]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const said = trouble ? this.#failed(trouble) : empty ? this.#nothing(query, hint) : [];
    fill(this.element, ...said);
    this.element.hidden = !said.length;
  }

  #nothing(query, hint) {
    const code = h("code", { class: "il-mono" }, 'lab.generate("a prompt")');
    if (!query) return [icon("image", { size: 32 }), h("p", {}, "No images yet. ", code, " makes the first.")];
    const asked = h("bdi", { class: "il-asked" }, plain(query));
    const near = hint && h("p", {}, plain(hint.hint));
    const better = hint?.better && this.#button(`Search ${plain(hint.better)}`, () => this.#given.onQuery(hint.better));
    return [icon("search", { size: 32 }), h("p", {}, "Nothing matches ", asked), near, better, this.#button("Clear the search", this.#given.onClear)];
  }

  #failed(trouble) {
    return [icon("warning", { size: 32 }), h("p", {}, plain(trouble)), this.#button("Try again", this.#given.onAgain)];
  }

  #button(label, press) {
    return h("button", { class: "il-button", type: "button", on: { click: press } }, label);
  }
}
