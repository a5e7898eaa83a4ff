// The lineage view: a family from left to right, the way to the chosen member, and its keys.
import { courier } from "./courier.js";
import { fill, h, settled } from "./dom.js";
import { FamilyCanvas } from "./family_canvas.js";
import { FamilyPanel } from "./family_panel.js";
import { isSave, isTyping } from "./keys.js";
import { Kin } from "./kin.js";
import { hideStill } from "./still.js";
import { Traits } from "./traits.js";
import { counted, plain } from "./words.js";

const LOOKS_AGAIN_AFTER = 250; // milliseconds after the last change
const MOST_LISTED = 200; // members in the nested list; of more, the first
const KEYS = "← parents · → children · ↑ ↓ beside · Home first · End asset · + − zoom · f fit · p path only · u unfold · 1–4 compare · b branch · c code · Esc leave";

class Lineage {
  #traits;
  #root;
  #parts;
  #line;
  #kin;
  #canvas;
  #panel;
  #opened = [];
  #parent = 0; // of the way that is shown
  #closed = false;
  #changed = settled(LOOKS_AGAIN_AFTER, () => this.#load());

  constructor(model, el) {
    this.#traits = new Traits(model);
    const ready = courier(model, { onChange: () => this.#changed(), onLost: (sentence) => this.#tell(sentence) });
    this.#line = { ask: async (...words) => (await ready).ask(...words), act: async (...words) => (await ready).act(...words), close: () => ready.then((line) => line.close(), () => {}) };
    this.#kin = new Kin(this.#line, () => this.#canvas.draw());
    this.#canvas = new FamilyCanvas({ onSelect: (id) => this.#select(id, { focus: true }), onWay: (parent, child) => this.#select(child, { parent }), onUnfold: (id) => this.#unfold(id) });
    this.#panel = new FamilyPanel(this.#line, { onBranch: (id) => this.#branch(id), onWay: (parent, child) => this.#select(child, { parent }), onTrouble: (error) => this.#tell(error.message), offers: () => this.#traits.of("offers") });
    this.#parts = this.#made();
    this.#root = this.#framed();
    el.append(this.#root);
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    this.#listen();
    this.#load({ first: true });
  }

  close() {
    this.#closed = true;
    this.#changed.stop();
    for (const part of [this.#kin, this.#canvas, this.#panel, this.#traits, this.#line]) part.close();
    this.#root.remove();
  }

  #made() {
    const button = (name, title, press) => h("button", { class: "il-button", type: "button", title, on: { click: press } }, name);
    const path = button("Path only", "only what it was made from (p)", () => this.#traits.say({ path_only: !this.#traits.of("path_only") }));
    const whole = button("Unfold all", "every member of it", () => this.#traits.say({ unfolded: !this.#traits.of("unfolded") }));
    const fit = button("Fit", "all of it in sight (f)", () => this.#canvas.fit());
    const save = button("Export SVG", "the family as a drawing", () => this.#export());
    return { path, whole, fit, save, title: h("span", { class: "il-title" }), note: h("span", { class: "il-note", role: "status" }), list: h("div", { class: "il-hidden-text" }) };
  }

  #framed() {
    const { title, note, path, whole, fit, save, list } = this.#parts;
    const bar = h("div", { class: "il-family-bar" }, title, note, h("span", { class: "il-spring" }), path, whole, fit, save);
    const body = h("div", { class: "il-family-body" }, this.#canvas.element, this.#panel.element);
    const told = { class: "il-view il-lineage", tabindex: "-1", role: "group", "aria-label": "lineage" };
    return h("div", told, bar, body, h("div", { class: "il-foot", "aria-hidden": "true" }, KEYS), list);
  }

  #listen() {
    this.#root.style.setProperty("--il-height", `${this.#traits.of("height")}px`);
    this.#traits.on("height", (pixels) => this.#root.style.setProperty("--il-height", `${pixels}px`));
    this.#traits.on("asset_id", () => this.#load({ first: true }));
    this.#traits.on("path_only", () => this.#load({ first: true }));
    this.#traits.on("unfolded", () => this.#load({ first: true }));
    this.#traits.on("replayed", (sentence) => this.#panel.replayed(sentence));
    this.#traits.on("selected_id", (id) => this.#select(id));
  }

  /** Ask for the shape and draw it; `first` where the view begins anew and not where it is. */
  async #load({ first = false } = {}) {
    const asked = { id: this.#traits.of("asset_id"), path: this.#traits.of("path_only"), whole: this.#traits.of("unfolded"), opened: this.#opened };
    try {
      if (!(await this.#kin.load(asked)) || this.#closed) return;
      this.#tell("");
    } catch (error) {
      return this.#tell(error.message);
    }
    this.#showSums();
    this.#showList();
    const selected = this.#traits.of("selected_id");
    const there = this.#kin.nodes.has(selected) ? selected : this.#kin.sums.focus;
    this.#canvas.show(this.#kin, there);
    if (first) this.#canvas.settle(there);
    this.#panel.doubt();
    this.#select(there, { parent: this.#parent });
    this.#root.dataset.shown = String(this.#kin.nodes.size);
  }

  #showSums() {
    const { title, path, whole } = this.#parts;
    const { focus, assets, edits, cost, path_cost: way, whole: complete } = this.#kin.sums;
    const sums = `${counted(assets, "asset")}${complete ? "" : " and more"} · ${counted(edits, "edit")} · total ${cost} · path to #${focus} ${way}`;
    fill(title, h("b", {}, `Lineage of #${focus}`), " ", h("span", { class: "il-quiet" }, sums));
    path.setAttribute("aria-pressed", String(this.#traits.of("path_only")));
    const unfolded = this.#traits.of("unfolded");
    whole.textContent = unfolded ? "Fold" : "Unfold all";
    whole.hidden = !unfolded && this.#kin.nodes.size === assets;
  }

  /** The same as a nested list, for whoever hears it. */
  #showList() {
    const nodes = [...this.#kin.nodes.values()].slice(0, MOST_LISTED);
    const top = h("ul", { "aria-label": "the family as a list" });
    const open = [top];
    for (const node of nodes) {
      open.length = Math.min(open.length, node.depth + 1);
      const ways = this.#kin.parents(node.id).map(([parent, , word]) => `${word} from #${parent}`);
      const item = h("li", {}, [`#${node.id}`, ...ways, node.state].filter(Boolean).join(", "));
      open.at(-1).append(item);
      const below = h("ul", {});
      item.append(below);
      open.push(below);
    }
    for (const list of top.querySelectorAll("ul:empty")) list.remove();
    fill(this.#parts.list, top);
  }

  #select(id, { parent = 0, focus = false } = {}) {
    if (!this.#kin.nodes.has(id)) return;
    const parents = this.#kin.parents(id).map(([one]) => one);
    this.#parent = parents.includes(parent) ? parent : (parents[0] ?? 0);
    this.#traits.say({ selected_id: id });
    this.#canvas.select(id);
    this.#panel.show(id, this.#parent);
    if (focus) requestAnimationFrame(() => requestAnimationFrame(() => this.#canvas.focusCard()));
  }

  #unfold(id) {
    this.#opened = [...this.#opened, id];
    this.#load();
  }

  async #branch(id) {
    try {
      await this.#line.act("branch", { id });
    } catch (error) {
      this.#tell(error.message);
    }
  }

  async #export() {
    const id = this.#traits.of("asset_id");
    try {
      const { svg } = await this.#line.act("drawing", { id, path: this.#traits.of("path_only") });
      const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
      const link = h("a", { href: address, download: `lineage-${id}.svg` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (error) {
      this.#tell(error.message);
    }
  }

  #tell(sentence) {
    this.#parts.note.textContent = plain(sentence);
  }

  /** No key goes on to the notebook, which would cut the cell. */
  #key(event) {
    if (isSave(event)) return;
    event.stopPropagation();
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#panel.pane.element.contains(event.target) && this.#panel.pane.key(event)) return event.preventDefault();
    if (this.#does(event)) event.preventDefault();
  }

  #does({ key, target }) {
    const id = this.#traits.of("selected_id");
    if (key === "Enter" || key === " ") return !target.closest("button") && this.#canvas.focusCard();
    if (key === "ArrowLeft") return this.#go(this.#parent || this.#kin.parents(id)[0]?.[0]);
    if (key === "ArrowRight") return this.#go(this.#kin.children(id)[0]?.[1]);
    if (key === "ArrowUp") return this.#go(this.#beside(id, -1));
    if (key === "ArrowDown") return this.#go(this.#beside(id, 1));
    if (key === "Home") return this.#go(this.#kin.nodes.keys().next().value);
    if (key === "End") return this.#go(this.#kin.sums.focus);
    if (key === "+" || key === "=" || key === "-") return this.#canvas.step(key === "-" ? -1 : 1) ?? true;
    if (/^[1-4]$/.test(key)) return this.#panel.pane.key({ key });
    const acts = { u: () => this.#unfold(id), U: () => this.#unfold(-id), f: () => this.#canvas.fit(), p: () => this.#parts.path.click(), b: () => this.#branch(id), c: () => this.#panel.showCode(), Escape: () => document.activeElement.blur() };
    acts[key]?.();
    return Boolean(acts[key]);
  }

  #go(id) {
    if (id === undefined) return true;
    this.#select(id, { focus: true });
    this.#canvas.reveal(id);
    return true;
  }

  /** The next one above or below in its column. */
  #beside(id, way) {
    const here = this.#kin.nodes.get(id);
    const column = [...this.#kin.nodes.values()].filter((node) => node.column === here.column && (node.row - here.row) * way > 0);
    return column.sort((one, other) => (one.row - other.row) * way)[0]?.id;
  }
}

function render({ model, el }) {
  performance.mark("il-family-start");
  el.classList.add("il-lineage-place");
  const lineage = new Lineage(model, el);
  hideStill(el, model.get("still_name"));
  return () => lineage.close();
}

export default { render };
