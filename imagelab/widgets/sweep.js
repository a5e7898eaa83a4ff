// The grid of a sweep: bar, tabs, cells and the line about what the keys are at, wired together.
import { courier } from "./courier.js";
import { fill, h, settled } from "./dom.js";
import { icon } from "./icons.js";
import { commandOf, isSave } from "./keys.js";
import { Marks } from "./marks.js";
import { Originals } from "./originals.js";
import { Pictures } from "./pictures.js";
import { hideStill } from "./still.js";
import { About } from "./sweep_about.js";
import { Layout, moved } from "./sweep_axes.js";
import { SweepBar } from "./sweep_bar.js";
import { paintCell, paintHeading } from "./sweep_cell.js";
import { Cells, UNDER_WAY } from "./sweep_cells.js";
import { Larger } from "./sweep_larger.js";
import { Plane } from "./sweep_plane.js";
import { Verbs } from "./sweep_verbs.js";
import { Traits } from "./traits.js";
import { plain } from "./words.js";

const LOOKS_AGAIN_AFTER = 150; // milliseconds after the last change: a generation writes several times
const KEYS = ["keydown", "keyup", "keypress"];
const HINT = "1–5 rate · x reject · u undo · r rerun · Enter larger · on a heading: its row or column";

class Sweep {
  #traits;
  #root;
  #line;
  #layout;
  #at = { row: 0, column: 0 }; // -1 is a heading
  #pictures = new Pictures();
  #unveiled = new Set();
  #parts;
  #cells;
  #marks;
  #verbs;
  #originals;
  #timer = 0;
  #looks = settled(60, () => this.#looked());
  #changed = settled(LOOKS_AGAIN_AFTER, () => this.#refresh());

  constructor(model, el) {
    this.#traits = new Traits(model);
    this.#parts = this.#made();
    const { bar, plane, about, trouble, larger } = this.#parts;
    const foot = h("div", { class: "il-foot" }, HINT);
    this.#root = h("div", { class: "il-view il-sweep", role: "group", "aria-label": "sweep" }, bar.element, plane.element, about.element, trouble, foot, larger.element);
    for (const type of KEYS) this.#root.addEventListener(type, (event) => isSave(event) || event.stopPropagation());
    this.#root.addEventListener("keydown", (event) => this.#onKey(event));
    plane.element.addEventListener("click", (event) => this.#onClick(event));
    plane.element.addEventListener("dblclick", (event) => event.target.closest(".il-cell") && this.#parts.larger.open());
    el.append(this.#root);
    for (const name of ["rows", "columns", "tab", "height", "prices"]) this.#traits.on(name, () => this.#lay());
    this.#traits.on("cell", (cell) => this.#goTo(cell));
  }

  async start(model) {
    this.#line = await courier(model, {
      onChange: () => this.#changed(),
      onWaiting: (count) => this.#tell(count ? "kernel busy: news waits for it" : "", "clock"),
      onLost: (sentence) => this.#tell(sentence),
    });
    this.#cells = new Cells(this.#line.ask, this.#pictures, () => this.#draw());
    this.#marks = new Marks(this.#line.act, {
      onChange: () => this.#draw(),
      onDone: (ids, change) => this.#cells.keep(ids, change),
      onTrouble: (error) => this.#tell(error.message),
    });
    this.#verbs = new Verbs({
      cells: this.#cells,
      marks: this.#marks,
      act: this.#line.act,
      meant: () => this.#meant,
      looksAt: () => (this.#parts.larger.isOpen ? this.#parts.larger.id : null),
      tried: (work) => this.#tried(work),
      onDone: (said) => {
        this.#tell(said, "check");
        this.#changed.now();
      },
    });
    this.#originals = new Originals(this.#line);
    const reasons = this.#traits.of("reasons");
    this.#cells.refused = this.#traits.of("refused").map(([place, at]) => [place, reasons[at]]);
    this.#cells.sent = this.#traits.of("sent");
    this.#traits.on("sent", (sent) => {
      this.#cells.sent = sent;
      this.#changed.now();
    });
    this.#at = this.#lay().where(this.#traits.of("cell"));
    this.#timer = setInterval(() => this.#isUnderWay() && this.#draw(), 1000);
    await this.#refresh();
  }

  close() {
    clearInterval(this.#timer);
    this.#changed.stop();
    this.#looks.stop();
    for (const part of [this.#parts.plane, this.#pictures, this.#traits, this.#cells, this.#marks, this.#originals, this.#line]) part?.close();
    this.#parts.larger.remove();
    this.#root.remove();
  }

  #made() {
    const bar = new SweepBar({
      onTrait: (values) => this.#traits.say(values),
      onTab: (name, at) => this.#traits.say({ tab: { ...this.#traits.of("tab"), [name]: at } }),
      onStop: () => this.#verbs.carryOut("stop"),
    });
    const plane = new Plane({ paint: (...given) => this.#paint(...given), onView: () => this.#looks() });
    const about = new About({
      onRate: (stars) => this.#verbs.rate(stars),
      price: (asked) => this.#line.askKernel("price", asked).then(({ header }) => header),
      send: (given) => this.#line.act("rerun", given),
      onLeave: () => this.#focus(),
    });
    const trouble = h("div", { class: "il-sweep-trouble", role: "status" });
    const larger = new Larger({
      at: () => this.#at,
      images: ({ row, column }) => this.#imagesAt(row, column),
      onMove: (at) => this.#move(at),
      onStep: () => this.#draw(),
      original: (id) => this.#originals.address(id),
      onRate: (stars) => this.#verbs.rate(stars),
      onUnveil: (id) => this.#unveil(id),
      onClose: () => this.#focus(),
    });
    return { bar, plane, about, trouble, larger };
  }

  #lay() {
    const of = (name) => this.#traits.of(name);
    const layout = (this.#layout = new Layout(of("axes"), of("rows"), of("columns"), of("tab")));
    this.#at = { row: Math.min(this.#at.row, layout.rowLabels.length - 1), column: Math.min(this.#at.column, layout.columnLabels.length - 1) };
    const hadFocus = this.#parts.plane.element.contains(document.activeElement);
    const corner = [layout.rows?.name, layout.columns?.name].filter(Boolean).map(plain).join(" \\ ");
    this.#parts.plane.show({ rows: layout.rowLabels, columns: layout.columnLabels, corner, height: of("height") });
    if (hadFocus) this.#focus(); // the cell it was on may be gone
    this.#draw();
    return layout;
  }

  async #refresh() {
    await this.#tried(() => this.#cells.refresh(this.#inView()));
    this.#root.dataset.shown = "1";
  }

  async #looked() {
    if (this.#cells) await this.#tried(() => this.#cells.look(this.#inView()));
  }

  async #tried(work) {
    try {
      await work();
    } catch (error) {
      this.#tell(error.message);
    }
  }

  #inView() {
    const { rows, columns } = this.#parts.plane.view;
    const span = ([from, to]) => Array.from({ length: to - from }, (_, index) => from + index);
    return span(rows).flatMap((row) => span(columns).map((column) => this.#layout.place(row, column)));
  }

  #isUnderWay() {
    return [...this.#cells.tally().keys()].some((status) => UNDER_WAY.has(status));
  }

  #draw() {
    if (!this.#layout || !this.#cells) return;
    this.#parts.plane.draw();
    const tally = this.#cells.tally();
    this.#parts.bar.show({ layout: this.#layout, said: this.#traits.of("said"), tally, offered: this.#cells.offered, spent: this.#cells.spent, quoted: this.#traits.of("quoted") });
    this.#describe();
    this.#parts.larger.paint();
  }

  #paint(element, row, column) {
    if (!this.#cells) return;
    const current = row === this.#at.row && column === this.#at.column;
    if (row < 0 || column < 0) {
      const label = row < 0 ? this.#layout.columnLabels[column] : this.#layout.rowLabels[row];
      return paintHeading(element, { label, where: this.#layout.name(row, column), price: this.#layout.price(this.#traits.of("prices"), row, column), current });
    }
    const place = this.#layout.place(row, column);
    const { status, reason, told } = this.#cells.of(place);
    const seconds = told?.seconds == null ? null : told.seconds + (performance.now() - told.at) / 1000;
    const images = this.#images(place);
    paintCell(element, { place, row, column, where: this.#layout.name(row, column), status, reason, current, told: told && { price: told.price, n: told.n }, seconds: seconds === null ? null : Math.floor(seconds), images });
  }

  #images(place) {
    return this.#cells.tiles([place]).map((tile) => {
      const veiled = Boolean(tile.flagged) && !this.#unveiled.has(tile.id);
      return { tile, address: this.#pictures.address(tile.sha), ...this.#marks.of(tile), veiled };
    });
  }

  /** Of a cell; none of a heading, nor of what is not there. */
  #imagesAt(row, column) {
    const isThere = row in this.#layout.rowLabels && column in this.#layout.columnLabels;
    return isThere ? this.#images(this.#layout.place(row, column)) : null;
  }

  get #meant() {
    return this.#layout.meant(this.#at.row, this.#at.column);
  }

  get #isHeading() {
    return this.#at.row < 0 || this.#at.column < 0;
  }

  #describe() {
    const { about } = this.#parts;
    const { row, column } = this.#at;
    const [name, places] = [this.#layout.name(row, column), this.#meant];
    const offered = places.filter((place) => this.#cells.of(place).status !== "not offered");
    if (this.#isHeading) about.showHeading(name, places, offered);
    else about.showCell(name, this.#cells.of(places[0]), this.#images(places[0]), offered);
  }

  #onClick(event) {
    const at = event.target.closest("[data-at]")?.dataset.at;
    if (!at) return;
    const [row, column] = at.split("/").map(Number);
    const [first] = row >= 0 && column >= 0 ? this.#images(this.#layout.place(row, column)) : [];
    if (first?.veiled) this.#unveil(first.tile.id);
    this.#move({ row, column });
  }

  #onKey(event) {
    const inPlane = event.target.closest?.(".il-plane");
    if (this.#parts.bar.takes(event) || (!inPlane && !this.#parts.larger.isOpen)) return;
    const command = event.key === "r" && !event.ctrlKey && !event.metaKey && !event.altKey ? { name: "rerun" } : commandOf(event);
    if (command && (this.#parts.larger.isOpen && this.#parts.larger.takes(command) || this.#done(command))) event.preventDefault();
  }

  #done(command) {
    const isOpen = this.#parts.larger.isOpen;
    const acts = {
      move: () => (isOpen ? this.#parts.larger.step(command.to) : this.#moved(command.to)),
      rate: () => this.#verbs.rate(command.stars),
      reject: () => this.#verbs.reject(),
      undo: () => this.#verbs.carryOut("undo"),
      open: () => this.#parts.larger.open(),
      preview: () => this.#parts.larger.open({ quick: true }),
      leave: () => document.activeElement?.blur(),
      rerun: () => !isOpen && this.#parts.about.rerun(),
    };
    acts[command.name]?.();
    return command.name in acts;
  }

  #moved(to) {
    const { rows: [top, bottom] } = this.#parts.plane.view;
    const next = moved(to, this.#at, this.#layout, Math.max(1, bottom - top - 1));
    if (next) this.#move(next);
  }

  #move(at, { focus = true } = {}) {
    this.#at = at;
    this.#parts.larger.restart();
    if (!this.#isHeading) this.#traits.say({ cell: this.#layout.place(at.row, at.column) });
    if (focus && !this.#parts.larger.isOpen) this.#focus();
    else this.#parts.plane.reveal(at.row, at.column);
    this.#draw();
  }

  /** Python names a cell: its tab is shown, and it is come to. */
  #goTo(cell) {
    if (!this.#cells || (!this.#isHeading && cell === this.#layout.place(this.#at.row, this.#at.column))) return;
    const { row, column, tab } = this.#layout.where(cell);
    this.#traits.say({ tab });
    this.#lay();
    this.#move({ row, column }, { focus: false });
  }

  #focus() {
    this.#parts.plane.focus(this.#at.row, this.#at.column);
  }

  #unveil(id) {
    this.#unveiled.add(id);
    this.#draw();
  }

  #tell(words, sign = "warning") {
    fill(this.#parts.trouble, words && icon(sign, { size: 14 }), words && plain(words));
  }
}

export default {
  async render({ model, el }) {
    const sweep = new Sweep(model, el);
    hideStill(el, model.get("still_name"));
    await sweep.start(model);
    return () => sweep.close();
  },
};
