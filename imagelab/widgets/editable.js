// A text that is changed where it stands: a click or Enter opens it, Enter saves, Esc leaves it.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { clipped } from "./words.js";

const MOST = 2_000; // characters; all of them when it is opened

export class Editable {
  element;
  #label;
  #onSave;
  #text = "";
  #of = null; // the id of whose text it is
  #field = null; // while it is being written

  /** @param {string} label @param {(id: number, text: string) => void} onSave */
  constructor(label, onSave) {
    [this.#label, this.#onSave] = [label, onSave];
    this.element = h("div", { class: "il-editable" });
  }

  /** Another asset's text puts an unfinished one away, saved. */
  show(id, text) {
    if (this.#of !== id) this.#leave({ save: true });
    const news = this.#of !== id || this.#text !== (text ?? "");
    [this.#of, this.#text] = [id, text ?? ""];
    if (!this.#field && (news || !this.element.firstChild)) this.#rest();
  }

  open() {
    if (this.#field) return;
    const heard = { keydown: (event) => this.#pressed(event), blur: () => this.#leave({ save: true }) };
    const field = h("textarea", { class: "il-writing", rows: 2, dir: "auto", "aria-label": this.#label, title: "Enter saves, Esc leaves it", on: heard });
    field.value = this.#text;
    this.#field = field;
    fill(this.element, field);
    field.focus();
    field.select();
  }

  #rest() {
    const words = this.#text
      ? h("bdi", {}, clipped(this.#text, MOST))
      : h("span", { class: "il-quiet" }, `add a ${this.#label}`);
    const title = `change the ${this.#label}`;
    const told = { class: "il-rewrite", type: "button", title, "aria-label": `${title}: ${clipped(this.#text, 200) || "none"}` };
    fill(this.element, h("button", { ...told, on: { click: () => this.open() } }, words, icon("pencil", { size: 13 })));
  }

  #pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.#leave({ save: false, back: true });
    else if (event.key === "Enter" && !event.shiftKey) this.#leave({ save: true, back: true });
    else return;
    event.preventDefault();
  }

  #leave({ save, back = false }) {
    const field = this.#field;
    if (!field) return;
    this.#field = null; // first: a field that goes loses the focus
    const said = field.value.trim();
    if (save && said !== this.#text) {
      this.#text = said;
      this.#onSave(this.#of, said);
    }
    this.#rest();
    if (back) this.element.firstChild.focus();
  }
}
