// Two to four images beside each other: the pictures, each with its price and what differs from the first.
import { ComparePane } from "./compare_pane.js";
import { courier } from "./courier.js";
import { paramsElement, promptElement } from "./differences.js";
import { fill, h } from "./dom.js";
import { isSave } from "./keys.js";
import { Originals } from "./originals.js";
import { hideStill } from "./still.js";
import { Traits } from "./traits.js";
import { plain } from "./words.js";

class Beside {
  #traits;
  #root;
  #line;
  #originals;
  #told = h("div", { class: "il-abouts" });
  #trouble = h("p", { class: "il-trouble", role: "status" });
  #pane;
  #turn = 0;

  constructor(model, el) {
    this.#traits = new Traits(model);
    this.#pane = new ComparePane({ onMode: (mode) => this.#traits.say({ mode }) });
    const told = { class: "il-view il-beside", tabindex: "0", role: "group", "aria-label": "compare images" };
    this.#root = h("div", told, this.#pane.element, this.#told, this.#trouble);
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    el.append(this.#root);
    const wished = this.#traits.of("mode");
    this.#line = courier(model, { onLost: (sentence) => (this.#trouble.textContent = sentence) });
    this.#show(wished);
    this.#traits.on("ids", () => this.#show(this.#pane.mode));
    this.#traits.on("mode", (mode) => this.#pane.choose(mode));
  }

  close() {
    this.#turn += 1;
    this.#pane.close();
    this.#originals?.close();
    this.#traits.close();
    this.#root.remove();
    this.#line.then((line) => line.close(), () => {});
  }

  async #show(mode) {
    const turn = (this.#turn += 1);
    const ids = this.#traits.of("ids");
    try {
      const line = await this.#line;
      this.#originals ??= new Originals(line);
      const asked = ids.map((id, place) => line.ask("edge", { id, parent: place ? ids[0] : 0 }));
      const facts = (await Promise.all(asked)).map((parcel) => parcel.header);
      const addresses = await Promise.all(ids.map((id) => this.#originals.address(id)));
      if (turn !== this.#turn) return;
      this.#pane.show(facts.map((fact, place) => shot(fact, addresses[place])));
      this.#pane.choose(mode);
      fill(this.#told, ...facts.map((fact, place) => about(fact, place)));
      this.#root.dataset.shown = "1";
    } catch (error) {
      if (turn === this.#turn) this.#trouble.textContent = error.message;
    }
  }

  #key(event) {
    if (isSave(event)) return;
    event.stopPropagation();
    if (event.key === "Escape") return this.#root.blur();
    if (!event.ctrlKey && !event.metaKey && !event.altKey && this.#pane.key(event)) event.preventDefault();
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

function render({ model, el }) {
  const beside = new Beside(model, el);
  hideStill(el, model.get("still_name"));
  return () => beside.close();
}

export default { render };
