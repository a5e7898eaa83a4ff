// Two to four images beside each other: the pictures, each with its price and what differs from the first.
import { ComparePane } from "./compare_pane.js";
import { paramsElement, promptElement } from "./differences.js";
import { fill, h } from "./dom.js";
import { plain } from "./words.js";

export class Beside {
  element;
  #given;
  #pane;
  #told = h("div", { class: "il-abouts" });
  #trouble = h("p", { class: "il-trouble", role: "status" });
  #turn = 0;

  /** @param {{ask: Function, original: (id: number) => Promise<string>, onMode?: (mode: string) => void}} given */
  constructor(given) {
    this.#given = given;
    this.#pane = new ComparePane({ onMode: given.onMode });
    const told = { class: "il-beside", tabindex: "0", role: "group", "aria-label": "compare images" };
    this.element = h("div", told, this.#pane.element, this.#told, this.#trouble);
  }

  get mode() {
    return this.#pane.mode;
  }

  choose(mode) {
    this.#pane.choose(mode);
  }

  /** @param {number[]} ids the first is what the others are held against @param {string} mode one of the pane's */
  async show(ids, mode) {
    const turn = (this.#turn += 1);
    const { ask, original } = this.#given;
    try {
      const asked = ids.map((id, place) => ask("edge", { id, parent: place ? ids[0] : 0 }));
      const facts = (await Promise.all(asked)).map((parcel) => parcel.header);
      const addresses = await Promise.all(ids.map((id) => original(id)));
      if (turn !== this.#turn) return;
      this.#pane.show(facts.map((fact, place) => shot(fact, addresses[place])));
      this.#pane.choose(mode);
      fill(this.#told, ...facts.map((fact, place) => about(fact, place)));
      this.element.dataset.shown = "1";
    } catch (error) {
      if (turn === this.#turn) this.tell(error.message);
    }
  }

  /** Nothing of the last ones is left, and what is on its way for them is not shown. */
  clear() {
    this.#turn += 1;
    this.#pane.show([]);
    this.#pane.choose("side by side"); // nothing blinks on
    fill(this.#told);
    this.tell("");
    delete this.element.dataset.shown;
  }

  tell(sentence) {
    this.#trouble.textContent = plain(sentence);
  }

  /** @returns {boolean} whether the key was one of its own */
  key(event) {
    return !event.ctrlKey && !event.metaKey && !event.altKey && this.#pane.key(event);
  }

  close() {
    this.#turn += 1;
    this.#pane.close();
  }
}

function shot(fact, address) {
  const { id, damaged } = fact.child;
  return { address: damaged ? "" : address, alt: `#${id}`, caption: `#${id}`, squares: true, words: damaged ? "damaged" : "", veiled: fact.child.flagged };
}

function about(fact, place) {
  const { id, width, height } = fact.child;
  const seconds = fact.seconds ? `${fact.seconds.toFixed(1)} s` : "";
  const facts = [fact.offer, `${width}×${height}`, fact.cost, seconds].filter(Boolean);
  const [first, others] = [fact.params.filter(([, , after]) => after), fact.params];
  const params = place ? others : first.map(([name, , after]) => [name, after, after, null]);
  const head = h("h4", {}, `#${id}`, place ? " against the first" : "");
  return h("section", { class: "il-about" }, head, h("p", { class: "il-quiet" }, plain(facts.join(" · "))), promptElement(fact.prompt), paramsElement(params));
}
