// What a search could go on with: a list under the box, driven from the box.
import { fill, h } from "./dom.js";
import { plain, toCharacters, toUnits } from "./words.js";

let lists = 0;

export class Suggestions {
  element;
  #ask;
  #onTake;
  #onShown;
  #choices = [];
  #active = -1;
  #place = { from: 0, to: 0 };
  #turn = 0;
  #looking = Promise.resolve(); // until the list is that of the text as it stands
  #name = `il-suggestions-${++lists}`;

  /**
   * @param {(text: string, at: number) => Promise<{from: number, to: number, choices: object[]}>} ask
   * @param {{onTake: (from: number, to: number, insert: string) => void,
   *   onShown: (told: Record<string, string>) => void}} given `onShown` gets what the box has to
   *   say to a screen reader
   */
  constructor(ask, { onTake, onShown }) {
    this.#ask = ask;
    this.#onTake = onTake;
    this.#onShown = onShown;
    const heard = { mousedown: (event) => event.preventDefault(), click: (event) => this.#clicked(event) };
    this.element = h("ul", { class: "il-choices", role: "listbox", id: this.#name, "aria-label": "suggestions", on: heard });
    this.close();
  }

  get isOpen() {
    return this.#choices.length > 0;
  }

  /** Look for what fits a text with the cursor at a place. */
  look(text, at) {
    this.#looking = this.#find(text, at);
  }

  async #find(text, at) {
    const turn = (this.#turn += 1);
    try {
      const found = await this.#ask(text, toCharacters(text, at));
      if (turn !== this.#turn) return;
      this.#place = { from: toUnits(text, found.from), to: toUnits(text, found.to) };
      this.#show(found.choices);
    } catch {
      if (turn === this.#turn) this.close(); // it is a help, and not worth a sentence
    }
  }

  close() {
    this.#turn += 1;
    this.#show([]);
  }

  /** @returns {boolean} whether the key was for the list */
  key(key) {
    if (!this.isOpen) return false;
    if (key === "ArrowDown") this.#point(this.#active + 1);
    else if (key === "ArrowUp") this.#point(this.#active - 1);
    else if (key === "Tab") this.#takeSoon(this.#choices[this.#active]);
    else if (key === "Enter" && this.#active >= 0) this.#takeSoon(this.#choices[this.#active]);
    else if (key === "Escape") this.close();
    else return false;
    return true;
  }

  #show(choices) {
    this.#choices = choices;
    fill(this.element, ...choices.map((choice, index) => this.#option(choice, index)));
    this.element.hidden = !choices.length;
    this.#point(-1);
  }

  #option({ label, hint }, index) {
    const told = { role: "option", id: `${this.#name}-${index}`, "aria-selected": "false" };
    return h("li", { class: "il-choice", ...told }, h("bdi", { class: "il-mono" }, plain(label)), h("bdi", { class: "il-quiet" }, plain(hint)));
  }

  /** -1 is the box itself; beyond either end one comes out at the other. */
  #point(index) {
    const count = this.#choices.length + 1;
    this.#active = ((index + 1 + count) % count) - 1;
    [...this.element.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === this.#active)));
    this.element.children[this.#active]?.scrollIntoView({ block: "nearest" });
    const active = this.#active < 0 ? "" : `${this.#name}-${this.#active}`;
    this.#onShown({ "aria-expanded": String(this.isOpen), "aria-controls": this.#name, "aria-activedescendant": active });
  }

  #clicked(event) {
    const index = [...this.element.children].indexOf(event.target.closest(".il-choice"));
    if (index >= 0) this.#takeSoon(this.#choices[index]);
  }

  /** One may type faster than lists come: a choice, or the first, is taken of the list for what stands there. */
  async #takeSoon(choice) {
    const turn = this.#turn;
    await this.#looking;
    const index = choice ? this.#choices.findIndex(({ label }) => label === choice.label) : 0;
    if (turn === this.#turn && this.#choices[index]) this.#take(index);
  }

  #take(index) {
    const { insert } = this.#choices[index];
    this.close();
    this.#onTake(this.#place.from, this.#place.to, insert);
  }
}
