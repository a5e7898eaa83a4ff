// The panel beside the graph: what was done from one image to the next, and what one can do now.
import { ComparePane } from "./compare_pane.js";
import { copyButton } from "./copying.js";
import { paramsElement, promptElement } from "./differences.js";
import { fill, h, settled } from "./dom.js";
import { Originals } from "./originals.js";
import { plain } from "./words.js";

const STANDS_STILL_AFTER = 60; // milliseconds: a held arrow key passes many by
const READ_AFTER = 700; // milliseconds
const AS_IT_WENT = "as it went";

export class FamilyPanel {
  element;
  pane = new ComparePane();
  #line;
  #given;
  #originals;
  #parts;
  #turn = 0;
  #wanted = null;
  #pricedAt = 0;
  #pricing = false;
  #replaying = false; // one at a time: it is paid for
  #ask = settled(STANDS_STILL_AFTER, () => this.#load());

  /**
   * @param {{ask: Function, act: Function}} line
   * @param {{onBranch: (id: number) => void, onWay: (parent: number, child: number) => void,
   *   onTrouble: (error: Error) => void, offers: () => string[]}} given
   */
  constructor(line, given) {
    this.#line = line;
    this.#given = given;
    this.#originals = new Originals(line);
    this.#parts = this.#made();
    const { head, ways, prompt, params, actions, code } = this.#parts;
    const told = { class: "il-panel", "aria-label": "what was done" };
    this.element = h("aside", told, head, ways, this.pane.element, prompt, params, actions, code);
    this.pane.choose("slider");
  }

  /** @param {number} child @param {number} parent 0 where it was made from none */
  show(child, parent) {
    if (this.#wanted?.child === child && this.#wanted.parent === parent) return;
    this.#wanted = { child, parent };
    this.#unpriced();
    fill(this.#parts.code);
    if (!this.#replaying) this.#parts.said.textContent = "";
    this.#ask();
  }

  /** What came of a path that was made again. */
  replayed(sentence) {
    this.#replaying = false;
    this.#parts.said.textContent = sentence;
    this.#unpriced();
    this.#parts.replay.disabled = false;
  }

  /** The catalog has changed: what is shown is asked for again. */
  doubt() {
    if (this.#wanted) this.#ask();
  }

  async showCode() {
    if (!this.#wanted) return;
    const { code } = this.#parts;
    try {
      const told = await this.#line.act("code", { id: this.#wanted.child });
      const text = h("code", {}, plain(told.code));
      fill(code, h("pre", { tabindex: "0", "aria-label": "code for this path" }, text), copyButton("copy the code", () => told.code));
    } catch (error) {
      this.#given.onTrouble(error);
    }
  }

  close() {
    this.#turn += 1;
    this.#ask.stop();
    this.pane.close();
    this.#originals.close();
  }

  #made() {
    const button = (name, press, more = "") => h("button", { class: `il-button ${more}`, type: "button", on: { click: press } }, name);
    const branch = button("Branch from here…", () => this.#given.onBranch(this.#wanted.child), "il-primary");
    const code = button("Code for this path", () => this.showCode());
    const offers = h("select", { class: "il-offers", "aria-label": "where to replay the path", on: { change: () => this.#price({ anew: true }) } });
    const replay = button("Replay path…", () => this.#press());
    const said = h("p", { class: "il-quiet il-replayed", role: "status" });
    const actions = h("div", { class: "il-actions" }, branch, code, h("span", { class: "il-replay" }, replay, offers), said);
    return {
      head: h("h3", { class: "il-head" }),
      ways: h("div", { class: "il-parents" }),
      prompt: h("div", {}),
      params: h("div", { class: "il-scrolls" }),
      code: h("div", { class: "il-path-code" }),
      actions,
      replay,
      offers,
      said,
    };
  }

  async #load() {
    const turn = (this.#turn += 1);
    const { child, parent } = this.#wanted;
    try {
      const { header } = await this.#line.ask("edge", { id: child, parent });
      if (turn !== this.#turn) return;
      this.#showFacts(header);
      await this.#showPictures(header, turn);
    } catch (error) {
      if (turn === this.#turn) this.#given.onTrouble(error);
    }
  }

  #showFacts(edge) {
    const { head, ways, prompt, params } = this.#parts;
    const { child, parent, imported } = edge;
    const from = parent ? `#${parent.id} → ` : "";
    const word = edge.parents.find(([id]) => id === parent?.id)?.[1] ?? (imported ? "" : "generate");
    const seconds = edge.seconds ? `${edge.seconds.toFixed(1)} s` : "";
    const facts = [word, edge.offer, edge.cost, seconds, child.rejected && "rejected"].filter(Boolean).join(" · ");
    fill(head, h("b", {}, `${from}#${child.id}`), " ", h("span", { class: "il-quiet" }, plain(facts)));
    fill(ways, ...(edge.parents.length > 1 ? edge.parents.map((one) => this.#parent(one, edge)) : []));
    const label = h("h4", {}, parent ? "Prompt diff" : "Prompt");
    fill(prompt, ...(edge.prompt.length ? [label, promptElement(edge.prompt)] : []));
    fill(params, paramsElement(parent ? edge.params : edge.params.map(([name, , after]) => [name, after, after, null])));
    this.#offer(imported);
  }

  #parent([id, word], { child, parent }) {
    const told = { class: "il-button", type: "button", "aria-pressed": String(id === parent?.id) };
    return h("button", { ...told, on: { click: () => this.#given.onWay(id, child.id) } }, `${word} #${id}`);
  }

  async #showPictures({ child, parent }, turn) {
    const shown = parent ? [parent, child] : [child];
    const addresses = await Promise.all(shown.map((one) => (one.damaged ? "" : this.#originals.address(one.id))));
    if (turn !== this.#turn) return;
    const captions = parent ? [`before #${parent.id}`, `after #${child.id}`] : [`#${child.id}`];
    const mode = this.pane.mode;
    this.pane.show(shown.map((one, place) => ({ address: addresses[place], alt: captions[place], caption: captions[place], squares: true, words: one.damaged ? "damaged" : "", veiled: one.flagged })));
    if (parent) this.pane.choose(mode === "side by side" && !this.#chose ? "slider" : mode);
    this.#chose = Boolean(parent);
  }

  #chose = false; // whether two pictures were there to choose a way for

  #offer(imported) {
    const { replay, offers } = this.#parts;
    replay.disabled = imported || this.#replaying || this.#pricing;
    if (!offers.options.length) fill(offers, h("option", { value: "" }, AS_IT_WENT), ...this.#given.offers().map((name) => h("option", { value: name }, name)));
    offers.disabled = imported;
  }

  /** The second click of a double one comes before anybody can have read the price. */
  #press() {
    if (!this.#parts.replay.dataset.price) this.#price();
    else if (performance.now() - this.#pricedAt > READ_AFTER) this.#replay();
  }

  #unpriced() {
    const { replay } = this.#parts;
    replay.textContent = "Replay path…";
    delete replay.dataset.price;
  }

  /** The price stands on the button before it can be sent: the first press asks for it, or choosing where. */
  async #price({ anew = false } = {}) {
    const { replay, offers, said } = this.#parts;
    if (anew && !this.#replaying) said.textContent = "";
    const wanted = this.#wanted;
    const model = offers.value;
    this.#unpriced();
    replay.disabled = this.#pricing = true;
    try {
      const { price } = await this.#line.act("path price", { id: wanted.child, model });
      if (wanted !== this.#wanted || model !== offers.value) return;
      replay.textContent = `Replay path · ${price}`;
      replay.dataset.price = price;
      this.#pricedAt = performance.now();
    } catch (error) {
      if (wanted === this.#wanted && model === offers.value) said.textContent = error.message;
    } finally {
      this.#pricing = false;
      replay.disabled = this.#replaying;
    }
  }

  async #replay() {
    const { replay, offers, said } = this.#parts;
    replay.disabled = this.#replaying = true;
    said.textContent = "sent; each step waits for the one before";
    try {
      const told = await this.#line.act("replay", { id: this.#wanted.child, model: offers.value, price: replay.dataset.price });
      said.textContent = told.said;
    } catch (error) {
      this.replayed(error.message);
    }
  }
}
