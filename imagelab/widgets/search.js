// The search box: what is typed is looked for at once, and a mistake is marked where it is.
import { fill, h, settled } from "./dom.js";
import { icon } from "./icons.js";
import { Suggestions } from "./suggestions.js";
import { plain, toUnits } from "./words.js";

const LOOKS_AFTER = 120; // milliseconds without a key

export class SearchBox {
  element;
  #input;
  #mirror = h("div", { class: "il-mirror", "aria-hidden": "true" });
  #sentence = h("p", { class: "il-sentence", role: "alert" });
  #clear;
  #suggestions;
  #onQuery;
  #onTyped;
  #onLeave;
  #look = settled(LOOKS_AFTER, (how) => this.#run(how));

  /**
   * @param {{ask: Function, onTyped: () => void, onQuery: (text: string, how: object) => Promise<void>,
   *   onLeave: () => void}} given
   *   `onQuery` fails with the sentence and the place of what cannot be read
   */
  constructor({ ask, onTyped, onQuery, onLeave }) {
    this.#onTyped = onTyped;
    this.#onQuery = onQuery;
    this.#onLeave = onLeave;
    this.#suggestions = new Suggestions(async (text, at) => (await ask("suggest", { text, at })).header, {
      onTake: (from, to, insert) => this.#take(from, to, insert),
      onShown: (told) => this.#tell(told),
    });
    this.#input = this.#field();
    const clears = { class: "il-button il-plain il-clear", type: "button", "aria-label": "clear the search", title: "clear the search" };
    this.#clear = h("button", { ...clears, on: { click: () => this.clear() } }, icon("close"));
    const line = h("div", { class: "il-line" }, this.#mirror, this.#input);
    const under = h("div", { class: "il-under" }, this.#sentence, this.#suggestions.element);
    this.element = h("div", { class: "il-search" }, icon("search"), line, this.#clear, under);
    this.#mark(null);
  }

  get text() {
    return this.#input.value;
  }

  /** A query that was set elsewhere. */
  set text(text) {
    if (text === this.#input.value) return;
    this.#look.stop();
    this.#input.value = text;
    this.#suggestions.close();
    this.#mark(null);
  }

  get isFocused() {
    return document.activeElement === this.#input;
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  clear() {
    this.text = "";
    this.#look.now();
    this.#input.focus();
  }

  /** What was said against a query. */
  refused(query, { error, at, length }) {
    if (query === this.#input.value) this.#mark({ error, at: at ?? 0, length: at === undefined ? 0 : length });
  }

  accepted() {
    this.#mark(null);
  }

  close() {
    this.#look.stop();
  }

  #field() {
    const spoken = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-label": "search" };
    const plainly = { type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off" };
    const heard = {
      input: () => this.#typed(),
      keydown: (event) => this.#pressed(event),
      scroll: () => this.#follow(),
      blur: () => this.#suggestions.close(),
    };
    return h("input", { class: "il-input", ...spoken, ...plainly, placeholder: "search: fox rating:>=4 model:…", on: heard });
  }

  #typed() {
    this.#underline(null);
    this.#clear.hidden = !this.#input.value;
    this.#onTyped();
    this.#look({ typing: true });
    this.#suggestions.look(this.#input.value, this.#input.selectionStart ?? 0);
  }

  #pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#suggestions.key(event.key)) return event.preventDefault();
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.#suggestions.look(this.#input.value, this.#input.selectionStart ?? 0);
    } else if (event.key === "Enter") {
      this.#suggestions.close();
      this.#look.now();
    } else if (event.key === "Escape") this.#onLeave();
  }

  #take(from, to, insert) {
    this.#input.setRangeText(insert, from, to, "end");
    this.#typed();
    this.#input.focus();
  }

  /** @param {{typing?: boolean}} how `typing`: the last word may have only begun */
  async #run(how = {}) {
    await this.#onQuery(this.#input.value, how);
  }

  #tell(told) {
    for (const [name, value] of Object.entries(told)) this.#input?.setAttribute(name, value);
  }

  #mark(mistake) {
    this.#sentence.textContent = mistake ? plain(mistake.error) : "";
    this.#sentence.hidden = !mistake;
    this.#clear.hidden = !this.#input.value;
    this.#input.setAttribute("aria-invalid", String(Boolean(mistake)));
    this.#underline(mistake);
  }

  /** The text once more, unseen under the input, with a line under what is wrong. */
  #underline(mistake) {
    const text = this.#input.value;
    const from = mistake ? toUnits(text, mistake.at) : 0;
    const to = mistake ? toUnits(text, mistake.at + mistake.length) : 0;
    const wrong = to > from && h("span", { class: "il-wrong" }, text.slice(from, to));
    fill(this.#mirror, wrong && text.slice(0, from), wrong);
    this.#follow();
  }

  #follow() {
    this.#mirror.scrollLeft = this.#input.scrollLeft;
  }
}
