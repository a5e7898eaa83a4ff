// Searches that are kept by name: run by a press, saved from what is in the box, deleted.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { clipped } from "./words.js";

export class Saved {
  element;
  #given;
  #list = h("ul", { class: "il-saved-list" });
  #field;
  #saves;
  #query = "";
  #shown = "";
  #turn = 0;
  #asked = false;

  /**
   * @param {{ask: Function, onRun: (query: string) => void, onSave: (name: string, query: string) => Promise<void>,
   *   onDelete: (name: string) => Promise<void>}} given
   */
  constructor(given) {
    this.#given = given;
    const heard = { keydown: (event) => this.#pressed(event), blur: () => !this.#field.value && this.#close() };
    this.#field = h("input", { class: "il-save-name", type: "text", dir: "auto", placeholder: "name of the search", "aria-label": "name of the search", autocomplete: "off", on: heard });
    this.#saves = h("button", { class: "il-link", type: "button", title: "keep this search by a name", on: { click: () => this.open() } }, "save this…");
    const head = h("div", { class: "il-facet-head" }, h("h4", {}, "saved"), this.#saves);
    this.element = h("section", { class: "il-facet il-saved", "aria-label": "saved searches" }, head, this.#field, this.#list);
    this.#close();
  }

  /** The query that is looked at, and whether the list may have changed. */
  show(query, { anew = false } = {}) {
    this.#query = query;
    this.#saves.disabled = !query.trim();
    for (const one of this.#list.children) one.classList.toggle("il-here", one.il === query.trim());
    if (anew || !this.#asked) this.#look();
  }

  open() {
    this.#field.hidden = false;
    this.#field.focus();
  }

  close() {
    this.#turn += 1;
  }

  #close() {
    this.#field.value = "";
    this.#field.hidden = true;
  }

  async #look() {
    this.#asked = true;
    const turn = (this.#turn += 1);
    try {
      const { searches } = (await this.#given.ask("searches", {})).header;
      const shown = JSON.stringify(searches);
      if (turn !== this.#turn || shown === this.#shown) return;
      this.#shown = shown;
      fill(this.#list, ...searches.map((one) => this.#search(one)));
      this.show(this.#query);
    } catch {
      // the next change asks again; counts that fail are told
    }
  }

  #search({ name, query }) {
    const said = clipped(name, 120);
    const runs = h("button", { class: "il-value", type: "button", title: clipped(query, 400), on: { click: () => this.#given.onRun(query) } }, icon("bookmark", { size: 12 }), h("bdi", { class: "il-value-name" }, said));
    const told = { class: "il-term-off", type: "button", "aria-label": `delete the search ${said}`, title: `delete the search ${said}` };
    const deletes = h("button", { ...told, on: { click: () => this.#given.onDelete(name).then(() => this.#look()) } }, icon("close", { size: 11 }));
    return Object.assign(h("li", {}, runs, deletes), { il: query.trim() });
  }

  async #pressed(event) {
    if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    const name = this.#field.value.trim();
    this.#close();
    this.#saves.focus();
    if (event.key === "Escape" || !name) return;
    await this.#given.onSave(name, this.#query);
    this.#look();
  }
}
