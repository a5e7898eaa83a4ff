// The tags of an image: each can be taken off, and a field puts more on.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { clipped } from "./words.js";

export class Tags {
  element = h("div", { class: "il-tags", role: "group", "aria-label": "tags" });
  #given;
  #shown = null;
  #field;

  /** @param {{onTag: (names: string[]) => void, onUntag: (name: string) => void, onFind: (name: string) => void, onLeave: () => void}} given */
  constructor(given) {
    this.#given = given;
    const heard = { keydown: (event) => this.#pressed(event) };
    const told = { type: "text", placeholder: "+ tag", "aria-label": "add tags, with commas between them", size: 8, on: heard };
    this.#field = h("input", { class: "il-tag-field", dir: "auto", autocomplete: "off", spellcheck: "false", ...told });
    fill(this.element, this.#field);
  }

  /** @param {number} id whose they are @param {string[]} names @param {number} many how many images they are put on */
  show(id, names, many) {
    this.#field.placeholder = many > 1 ? `+ tag ${many}` : "+ tag";
    const shown = JSON.stringify([id, names]);
    if (shown === this.#shown) return;
    if (this.#shown && JSON.parse(this.#shown)[0] !== id) this.#field.value = "";
    this.#shown = shown;
    for (const old of [...this.element.children]) if (old !== this.#field) old.remove();
    this.#field.before(...names.map((name) => this.#tag(name)));
  }

  focus() {
    this.#field.focus();
    this.#field.select();
  }

  #tag(name) {
    const said = clipped(name, 120);
    const finds = { class: "il-tag-name", type: "button", title: `find tag:${said}`, on: { click: () => this.#given.onFind(termOf(name)) } };
    const goes = { class: "il-tag-off", type: "button", "aria-label": `take off ${said}`, title: `take off ${said}`, on: { click: () => this.#given.onUntag(name) } };
    return h("span", { class: "il-tag" }, h("button", finds, h("bdi", {}, said)), h("button", goes, icon("close", { size: 11 })));
  }

  #pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.#field.value = "";
    else if (event.key !== "Enter") return;
    event.preventDefault();
    const names = this.#field.value.split(",").map((name) => name.trim()).filter(Boolean);
    this.#field.value = "";
    if (names.length) this.#given.onTag(names);
    else this.#given.onLeave();
  }
}

const termOf = (name) => (/^[\p{L}\p{N}_-]+$/u.test(name) ? `tag:${name}` : `tag:"${name.replaceAll('"', "")}"`);
