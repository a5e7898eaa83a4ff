// The board of a studio: its cards, what one does on them by mouse and key, and the studio's root.
import { attached } from "./attached.js";
import { Cards } from "./cards.js";
import { courier } from "./courier.js";
import { fill, h } from "./dom.js";
import { letDrag } from "./dragging.js";
import { icon } from "./icons.js";
import { commandOf, isSave } from "./keys.js";
import { Marks } from "./marks.js";
import { Originals } from "./originals.js";
import { takePresses } from "./press.js";
import { queueActs, waiting } from "./queue.js";
import { hideStill } from "./still.js";
import { Viewer } from "./viewer.js";
import { counted } from "./words.js";

const KEYS = ["keydown", "keyup", "keypress"];
const NOTHING = "What you generate appears here, each request with its images, its price and what became of it.";
const BUSY = "kernel busy: news of your results waits for it";

class Board {
  #model;
  #el;
  #line;
  #cards;
  #marks;
  #originals;
  #viewer;
  #parts;
  #stops = [];
  #troubled = false; // what is told is that the last refresh failed

  constructor(model, el) {
    this.#model = model;
    this.#el = el;
    this.#makeParts();
  }

  async start() {
    const onWaiting = (count) => this.#tell(count ? BUSY : "", "clock");
    const onLost = (sentence) => this.#tell(sentence);
    this.#line = await courier(this.#model, { onChange: () => this.#refresh(), onWaiting, onLost });
    this.#marks = new Marks(this.#line.act, {
      onChange: () => this.#paint(),
      onDone: (ids, change) => this.#cards.keep(ids, change),
      onTrouble: (error) => this.#tell(error.message),
    });
    this.#cards = new Cards(this.#parts.list, this.#line, this.#marks, (id) => this.#look(id), queueActs(this.#line));
    this.#originals = new Originals(this.#line);
    this.#listen();
    this.#onSelected();
    this.#onIds();
    hideStill(this.#el, this.#model.get("still_name"));
    attached(this.#el, () => this.#takeRoot(this.#el.closest(".il-studio")));
  }

  close() {
    for (const stop of this.#stops) stop();
    this.#viewer.remove();
    this.#originals?.close();
    this.#cards?.close();
    this.#line?.close();
  }

  #makeParts() {
    const count = h("span", { class: "il-quiet", role: "status" });
    const hint = h("span", { class: "il-board-hint il-quiet" }, "1–5 rate · 0 none · x reject · u undo · Enter larger");
    const drop = h("button", { class: "il-button il-drop-waiting", type: "button", on: { click: () => this.#dropWaiting() } }, "Cancel waiting, free");
    const head = h("div", { class: "il-board-head" }, h("span", { class: "il-title" }, "Results"), count, drop, hint);
    const trouble = h("div", { class: "il-board-trouble", role: "status" });
    const list = h("div", { class: "il-cards" });
    const empty = h("div", { class: "il-board-empty il-quiet" }, icon("image", { size: 28 }), h("span", {}, NOTHING));
    this.#viewer = new Viewer({
      original: (id) => this.#originals.address(id),
      onMove: (to) => this.#move(this.#cards.current, { to }),
      onRate: (stars) => this.#marks.rate([this.#cards.current], stars),
      onUnveil: (id) => this.#unveil(id),
      onClose: () => this.#cards.shot(this.#cards.current)?.focus(),
    });
    this.#parts = { count, drop, hint, trouble, list, empty };
    fill(this.#el, head, trouble, list, empty, this.#viewer.element);
    this.#el.classList.add("il-view", "il-board");
  }

  #listen() {
    const { list } = this.#parts;
    this.#on(this.#model, "change:generation_ids", () => this.#onIds());
    this.#on(this.#model, "change:selected_ids", () => this.#onSelected());
    list.addEventListener("click", (event) => this.#onClick(event));
    list.addEventListener("dblclick", (event) => shotOf(event) && this.#look(shotOf(event)));
    this.#el.addEventListener("keydown", (event) => this.#onKey(event));
    const meant = (target) => this.#meant(shotOf({ target }));
    this.#stops.push(letDrag(list, meant, { catalog: () => this.#model.get("pointer") }));
    const timer = setInterval(() => this.#cards.tick(), 1000);
    this.#stops.push(() => clearInterval(timer));
  }

  #on(model, event, act) {
    model.on(event, act);
    this.#stops.push(() => model.off(event, act));
  }

  /** The studio's root holds the form too: its keys and its button are taken there. */
  #takeRoot(root) {
    this.#stops.push(keepKeys(root ?? this.#el));
    if (root) this.#stops.push(takePresses(root, this.#model, this.#line.act));
  }

  async #refresh() {
    try {
      await this.#cards.refresh();
      this.#paint();
      if (this.#troubled) this.#tell("");
      this.#troubled = false;
    } catch (error) {
      this.#troubled = true;
      this.#tell(error.message);
    }
  }

  #paint() {
    this.#cards.paint();
    this.#summarise();
    if (this.#viewer.isOpen) this.#viewer.show(this.#cards.seen(this.#cards.current));
  }

  #summarise() {
    const { told, assets, ids } = this.#cards;
    const tally = (word, meant) => {
      const count = told.filter(({ status }) => meant.includes(status)).length;
      return count && `${count} ${word}`;
    };
    const parts = [tally("running", ["running"]), tally("waiting", ["queued"]), tally("failed", ["failed"]), tally("unknown", ["unknown"]), assets.length && counted(assets.length, "image")];
    this.#parts.count.textContent = parts.filter(Boolean).join(" · ");
    this.#parts.drop.hidden = waiting(told).length < 2;
    this.#parts.hint.hidden = !assets.length;
    this.#parts.empty.hidden = ids.length > 0;
  }

  #tell(words, sign = "warning") {
    fill(this.#parts.trouble, words && icon(sign, { size: 14 }), words);
  }

  #onIds() {
    this.#cards.ids = this.#model.get("generation_ids");
    this.#paint();
    this.#refresh();
  }

  #onSelected() {
    const ids = this.#model.get("selected_ids");
    this.#cards.selected = new Set(ids);
    if (!ids.includes(this.#cards.current)) this.#cards.current = ids.at(-1) ?? this.#cards.current;
    this.#paint();
  }

  #select(ids, current) {
    this.#cards.current = current;
    this.#model.set("selected_ids", ids);
    this.#model.save_changes();
    this.#onSelected();
  }

  #toggle(id) {
    const { selected } = this.#cards;
    const others = [...selected].filter((other) => other !== id);
    this.#select(selected.has(id) ? others : [...others, id], id);
  }

  #onClick(event) {
    const id = shotOf(event);
    if (!id) return;
    if (this.#cards.veils(this.#cards.asset(id))) this.#unveil(id);
    if (event.ctrlKey || event.metaKey || event.shiftKey) this.#toggle(id);
    else this.#select([id], id);
    this.#cards.shot(id).focus();
  }

  #onKey(event) {
    const id = this.#viewer.isOpen ? this.#cards.current : shotOf(event);
    const command = id && commandOf(event);
    if (command && (this.#viewer.isOpen && this.#viewer.takes(command) || this.#done(id, command))) event.preventDefault();
  }

  #done(id, command) {
    const meant = this.#viewer.isOpen ? [id] : this.#meant(id);
    const acts = {
      move: () => this.#move(id, command),
      rate: () => this.#marks.rate(meant, command.stars),
      reject: () => this.#marks.reject(meant, !this.#marks.of(this.#cards.asset(id)).rejected),
      toggle: () => this.#toggle(id),
      open: () => this.#look(id),
      preview: () => this.#look(id, { quick: true }),
      undo: () => this.#undo(),
    };
    acts[command.name]?.();
    return command.name in acts;
  }

  /** All that is selected, where that is among it. */
  #meant(id) {
    const { selected } = this.#cards;
    return selected.has(id) ? [...selected] : id ? [id] : [];
  }

  async #dropWaiting() {
    try {
      const said = await Promise.all(waiting(this.#cards.told).map(queueActs(this.#line).cancel));
      this.#tell(said.length ? said.at(-1) : "", "check");
    } catch (error) {
      this.#tell(error.message);
    }
  }

  async #undo() {
    try {
      this.#tell((await this.#line.act("undo", {})).said, "undo");
    } catch (error) {
      this.#tell(error.message);
    }
  }

  #move(id, { to, alone }) {
    const shots = [...this.#parts.list.querySelectorAll(".il-shot")];
    const there = beside(shots, this.#cards.shot(id), to);
    const next = Number(there.dataset.id);
    if (alone) this.#cards.current = next;
    else this.#select([next], next);
    this.#paint();
    if (!this.#viewer.isOpen) there.focus();
  }

  #unveil(id) {
    this.#cards.unveil(id);
    this.#paint();
  }

  #look(id, how) {
    if (this.#cards.veils(this.#cards.asset(id))) return this.#unveil(id);
    this.#select([id], id);
    this.#viewer.open(this.#cards.seen(id), how);
  }
}

/** @returns {number} the asset an event is about, 0 for none */
function shotOf(event) {
  return Number(event.target.closest?.(".il-shot")?.dataset.id ?? 0);
}

/** The picture a move leads to: the next in order, or the nearest in the row above or below. */
function beside(shots, from, to) {
  const at = shots.indexOf(from);
  if (to === "first") return shots[0];
  if (to === "last") return shots.at(-1);
  if (to === "left") return shots[Math.max(0, at - 1)];
  if (to === "right") return shots[Math.min(shots.length - 1, at + 1)];
  const here = from.getBoundingClientRect();
  const far = (shot) => {
    const { top, bottom, left } = shot.getBoundingClientRect();
    const beyond = to.endsWith("up") ? bottom <= here.top + 1 : top >= here.bottom - 1;
    return beyond ? Math.abs(top - here.top) * 1000 + Math.abs(left - here.left) : Infinity;
  };
  const nearest = shots.reduce((best, shot) => (far(shot) < far(best) ? shot : best), from);
  return far(nearest) === Infinity ? from : nearest;
}

/** No key of a view reaches the notebook, which would cut the cell for an x; Ctrl+S still saves it. */
function keepKeys(root) {
  const stop = (event) => isSave(event) || event.stopPropagation();
  const leave = (event) => {
    if (event.key === "Escape" && !event.target.closest("dialog")) document.activeElement?.blur();
  };
  for (const type of KEYS) root.addEventListener(type, stop);
  root.addEventListener("keydown", leave, true); // ipywidgets' fields let no key up to the root
  return () => {
    for (const type of KEYS) root.removeEventListener(type, stop);
    root.removeEventListener("keydown", leave, true);
  };
}

export default {
  async render({ model, el }) {
    const board = new Board(model, el);
    await board.start();
    return () => board.close();
  },
};
