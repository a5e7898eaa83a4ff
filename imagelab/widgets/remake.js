// More of one image: edited, varied, asked for again. Each says its price before it is pressed,
// is sent once, and what became of it is told where it was pressed.
import { fill, h, settled } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./words.js";

const PRICED_AFTER = 300; // milliseconds without a key
const LATE_AFTER = 500; // milliseconds until a reader is told that the kernel has other things to do
const MOST = 8; // images a variation asks for
const WORDS = {
  edit: { name: "Edit", title: "a new image from this one, changed by words (e)" },
  vary: { name: "Vary", title: "more like this one (v)" },
  regenerate: { name: "Regenerate", title: "the same request once more" },
};

export class Remake {
  element;
  #given;
  #of = null; // the id of the image it is about
  #how = null; // what the row under the buttons is open for
  #price = null; // of the row as it stands
  #sending = false;
  #isKnown = false;
  #parts;
  #ask = settled(PRICED_AFTER, () => this.#priced());

  /**
   * @param {{price: (asked: object) => Promise<{price: string, label: string, refused: string}>,
   *   send: (given: object) => Promise<object>, onSent: (generation: number) => void, onLeave: () => void}} given
   */
  constructor(given) {
    this.#given = given;
    this.#parts = this.#made();
    const { buttons, row, said } = this.#parts;
    this.element = h("div", { class: "il-remake" }, buttons, row, said);
    this.#close();
  }

  /** @param {number} id @param {boolean|null} isMade whether there was a request for it; null while that is on its way */
  show(id, isMade) {
    const { openers, row, prompt } = this.#parts;
    if (isMade !== null) openers.regenerate.hidden = openers.vary.hidden = !isMade;
    if (this.#how && isMade !== null && !this.#isKnown) row.scrollIntoView({ block: "nearest" }); // what is above has come
    this.#isKnown = isMade !== null;
    if (id === this.#of) return;
    this.#of = id;
    if (this.#how === "edit" && prompt.value) this.#again();
    else this.#close();
  }

  /** @param {"edit"|"vary"|"regenerate"} how */
  open(how) {
    if (this.#parts.openers[how].hidden) return;
    const { prompt, many, several, openers } = this.#parts;
    this.#how = how;
    prompt.hidden = how !== "edit";
    several.hidden = how !== "vary";
    this.#parts.row.hidden = false;
    for (const [name, button] of Object.entries(openers)) button.setAttribute("aria-expanded", String(name === how));
    this.#say();
    this.#again();
    const first = { edit: prompt, vary: many, regenerate: this.#parts.go }[how];
    first.focus();
    this.#parts.row.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.#ask.stop();
    this.#of = null;
  }

  #made() {
    const opener = (how) => {
      const { name, title } = WORDS[how];
      const press = () => (this.#how === how ? this.#leave() : this.open(how));
      return h("button", { class: "il-button", type: "button", title, "aria-expanded": "false", on: { click: press } }, `${name}…`);
    };
    const openers = { edit: opener("edit"), vary: opener("vary"), regenerate: opener("regenerate") };
    const buttons = h("div", { class: "il-actions", role: "group", "aria-label": "more of this image" }, ...Object.values(openers));
    const writing = { rows: 2, dir: "auto", placeholder: "what to change: the same fox in the rain", "aria-label": "what to change" };
    const prompt = h("textarea", { class: "il-change", ...writing, on: { input: () => this.#again() } });
    const many = h("input", { class: "il-many", type: "number", min: 1, max: MOST, value: 1, "aria-label": "how many variations", on: { input: () => this.#again() } });
    const several = h("label", { class: "il-several" }, many, h("span", {}, "of the same words, from this picture"));
    const go = h("button", { class: "il-button il-go", type: "button", on: { click: () => this.#press() } });
    const leave = h("button", { class: "il-button il-plain", type: "button", on: { click: () => this.#leave() } }, "Cancel");
    const row = h("div", { class: "il-remake-row", on: { keydown: (event) => this.#pressed(event) } }, prompt, several, h("div", { class: "il-actions" }, go, leave));
    const said = h("p", { class: "il-remake-said", role: "status" });
    return { openers, buttons, prompt, many, several, go, row, said };
  }

  #pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.#leave();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target === this.#parts.many) && !event.repeat) this.#press();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Esc closes the row and not the sheet it is in
  }

  #leave() {
    this.#close();
    this.#given.onLeave();
  }

  #close() {
    this.#ask.stop();
    [this.#how, this.#price] = [null, null];
    this.#parts.row.hidden = true;
    this.#parts.prompt.value = "";
    this.#parts.many.value = "1";
    for (const button of Object.values(this.#parts.openers)) button.setAttribute("aria-expanded", "false");
    this.#say();
  }

  /** The row as it stands; null while it cannot be sent. */
  #asked() {
    const [how, id] = [this.#how, this.#of];
    const [prompt, n] = [this.#parts.prompt.value.trim(), Number(this.#parts.many.value)];
    if (how === "edit") return prompt ? { how, id, prompt } : null;
    if (how === "vary") return Number.isInteger(n) && n >= 1 && n <= MOST ? { how, id, n } : null;
    return { how, id };
  }

  #again() {
    this.#label();
    if (!this.#asked()) this.#ask.stop();
    else if (this.#price) this.#ask();
    else this.#ask.now();
  }

  async #priced() {
    const asked = this.#asked();
    if (!asked || !this.#how) return;
    try {
      const price = await this.#given.price(asked);
      if (JSON.stringify(asked) !== JSON.stringify(this.#asked())) return;
      this.#price = price;
      this.#say(price.refused ? "warning" : "", price.refused);
    } catch (error) {
      this.#say("warning", error.message);
    }
    this.#label();
  }

  #label() {
    const { go } = this.#parts;
    if (!this.#how) return;
    const { name } = WORDS[this.#how];
    const label = this.#price?.label ?? "";
    go.textContent = label ? `${name} · ${label}` : name;
    go.disabled = this.#sending || !label || !this.#asked();
  }

  async #press() {
    const asked = this.#asked();
    if (this.#sending || !asked || !this.#price?.price) return;
    this.#sending = true;
    this.#label();
    const late = setTimeout(() => this.#say("clock", "kernel busy: it will be sent when the kernel takes it"), LATE_AFTER);
    try {
      this.#came(await this.#given.send({ ...asked, price: this.#price.price }), asked);
    } catch (error) {
      this.#say("warning", error.message);
    }
    clearTimeout(late);
    this.#sending = false;
    this.#label();
  }

  #came({ generation, dearer }, asked) {
    if (generation) this.#given.onSent(generation);
    if (asked.id !== this.#of) return;
    if (dearer) {
      this.#price = dearer;
      this.#say("warning", `the price had changed: ${dearer.label}; press again to send it`);
    } else this.#close();
  }

  #say(sign = "", words = "") {
    fill(this.#parts.said, sign && icon(sign, { size: 14 }), words && h("span", {}, plain(words)));
  }
}
