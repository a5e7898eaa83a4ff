// The gallery: its parts, wired to each other, to the courier and to the traits Python sees.
import { Commands } from "./commands.js";
import { courier } from "./courier.js";
import { settled } from "./dom.js";
import { paintedMark } from "./painted.js";
import { framed, partsOf } from "./parts.js";
import { Pictures } from "./pictures.js";
import { hideStill } from "./still.js";
import { Traits } from "./traits.js";
import { counted } from "./words.js";

const LOOKS_AGAIN_AFTER = 250; // milliseconds after the last change: a generation writes several times
const SKELETON = 60; // tiles that stand for those to come
const SHORT_HASH = 16; // digits, as the tiles have it

class Gallery {
  #parts;
  #line;
  #ready;
  #root;
  #traits;
  #commands;
  #painted;
  #pictures = new Pictures();
  #waiting = 0; // questions that a busy kernel has not taken
  #lost = "";
  #trouble = ""; // why there is nothing to show at all
  #sheet = "unasked"; // in a narrow view the inspector is "open" or "closed", as was wished last
  #asked = null; // the query that was looked for last
  #looks = 0;
  #refreshing = false;
  #closed = false;
  #restsUntil = 0;
  #changed = settled(LOOKS_AGAIN_AFTER, () => this.#refresh());

  constructor(model, el) {
    this.#traits = new Traits(model);
    this.#ready = courier(model, {
      onChange: () => this.#changed(),
      onWaiting: (count) => this.#waits(count),
      onLost: (sentence) => this.#losesKernel(sentence),
    });
    this.#line = {
      ask: async (...words) => (await this.#ready).ask(...words),
      act: async (...words) => (await this.#ready).act(...words),
    };
    this.#parts = partsOf(this.#line, this.#pictures, this.#hears());
    this.#root = framed(this.#parts, () => this.#commands.keys());
    el.append(this.#root);
    this.#painted = paintedMark(this.#root);
    this.#commands = new Commands({
      ...this.#parts,
      root: this.#root,
      see: (position) => this.#see(position),
      shown: () => this.#shown(),
      selected: () => this.#selected(),
      draw: () => this.#draw(),
      openSheet: () => (this.#sheet = "open"),
      closeSheet: () => this.#closeSheet(),
    });
    this.#listen();
  }

  close() {
    this.#closed = true;
    const { pages, grid, search, viewer, originals, facts, marks, inspector } = this.#parts;
    for (const part of [pages, grid, search, originals, facts, marks, inspector, this.#pictures, this.#traits]) part.close();
    this.#changed.stop();
    viewer.remove();
    this.#root.remove();
    this.#ready.then((line) => line.close(), () => {});
  }

  /** Look for a query and show what it finds; a query that cannot be read changes nothing. */
  async #look(query) {
    const { pages, search, status } = this.#parts;
    this.#asked = query;
    const look = this.#holdPainted();
    const ids = pages.begun ? this.#parts.selection.ids : null; // at first Python's selection stays
    try {
      if (!(await pages.begin(query))) return; // another came after it
      this.#trouble = "";
      search.accepted();
      status.calm();
      this.#begun(query, ids);
    } catch (error) {
      if (error.told?.kind === "QueryError") search.refused(query, error.told);
      else if (pages.begun) status.trouble(error.message);
      if (!pages.begun) this.#trouble = error.message;
    }
    if (look === this.#looks) this.#painted.release();
    this.#draw();
  }

  /** Another list: its head is shown, and what was selected in the last one is not any more. */
  #begun(query, ids) {
    const { grid, selection } = this.#parts;
    if (selection.ids === ids) selection.restart();
    grid.toTop();
    this.#traits.say({ query, selected_ids: [...selection.ids], current_id: selection.id });
  }

  /** The catalog has changed: see what is new, without moving what is looked at. */
  async #refresh() {
    const { pages, grid, facts } = this.#parts;
    const began = performance.now();
    if (!pages.begun) return;
    if (this.#refreshing || began < this.#restsUntil) return void this.#changed();
    this.#refreshing = true;
    try {
      const { atTop } = grid;
      const at = await pages.refresh(grid.visible[0], atTop);
      facts.doubt();
      if (at && !atTop && at.from !== at.to) grid.follow(at.from, at.to);
      this.#news(); // after: a shorter list would have moved the view already
    } catch (error) {
      this.#troubled(error);
    }
    this.#refreshing = false;
    this.#restsUntil = performance.now() + 2 * (performance.now() - began); // counting a million takes a while
    this.#draw();
  }

  /** What the parts tell, and who hears it. */
  #hears() {
    return {
      see: (position) => this.#see(position),
      onNews: () => this.#news(),
      onOld: () => this.#changed(),
      onSelected: () => this.#selected(),
      onRest: () => this.#rests(),
      onPaint: () => this.#painted?.look(this.#parts.grid.tilesInView),
      onDraw: () => this.#draw(),
      onTrouble: (error) => this.#troubled(error),
      onTyped: () => this.#holdPainted(),
      onQuery: (query) => this.#look(query),
      onAgain: () => this.#look(this.#traits.of("query")),
      onTop: () => this.#showNew(),
      onSize: (pixels) => this.#traits.say({ thumbnail_size: pixels }),
      onCloseSheet: () => this.#closeSheet(),
      does: () => this.#commands,
    };
  }

  #listen() {
    const { grid, search, selection, status } = this.#parts;
    const obey = (name, act) => {
      act(this.#traits.of(name));
      this.#traits.on(name, act);
    };
    obey("height", (pixels) => this.#root.style.setProperty("--il-height", `${pixels}px`));
    obey("thumbnail_size", (pixels) => {
      status.slider.value = String(pixels);
      grid.show({ wanted: pixels });
    });
    obey("selected_ids", (ids) => String(ids) !== String([...selection.ids]) && this.#told({ ids }));
    obey("current_id", (id) => id !== selection.id && this.#told({ id }));
    obey("query", (query) => {
      if (query === this.#asked) return; // it was typed
      search.text = query;
      this.#look(query);
    });
  }

  /** Python has selected something. */
  #told(said) {
    const { grid, selection } = this.#parts;
    selection.say(said);
    this.#draw();
    if (said.id) grid.reveal(selection.cursor);
  }

  #selected() {
    const { selection } = this.#parts;
    this.#traits.say({ selected_ids: [...selection.ids], current_id: selection.id });
    if (selection.id !== null && this.#sheet === "unasked") this.#sheet = "open";
    this.#draw();
  }

  #news() {
    const { selection } = this.#parts;
    selection.follow();
    this.#draw();
    this.#rests();
  }

  #rests() {
    const { grid, pages } = this.#parts;
    const [from, to] = grid.visible;
    pages.need(from, to, to - from);
    if (grid.atTop && pages.positions.unseen) this.#changed.now();
  }

  #showNew() {
    this.#parts.grid.toTop();
    this.#parts.grid.focus();
    this.#changed.now();
  }

  #draw() {
    if (this.#closed) return;
    const { pages, grid, selection, status, notices, inspector, viewer } = this.#parts;
    const seen = this.#shown();
    const empty = pages.begun && pages.counted && !pages.length;
    this.#root.classList.toggle("il-begun", pages.begun);
    this.#root.classList.toggle("il-sheet-open", this.#sheet === "open" && Boolean(seen));
    grid.show({ length: pages.begun ? pages.length : this.#trouble ? 0 : SKELETON, cursor: selection.cursor });
    notices.show({ empty, query: pages.query, trouble: this.#trouble });
    status.show({ ...this.#sums(), selected: selection.ids.size });
    status.busy(this.#lost || this.#busyWords());
    inspector.show(seen);
    viewer.show(seen);
    if (pages.begun) this.#traits.say({ total: pages.counted ? pages.positions.total : null });
  }

  #sums() {
    const { pages } = this.#parts;
    const { length, begun, counted, cost, positions } = pages;
    const trouble = Boolean(this.#trouble);
    return { length, begun, trouble, counted, cost, unseen: positions.unseen, rejected: positions.kept.filter((tile) => tile?.rejected).length };
  }

  /** What the tile at a position shows. */
  #see(position) {
    const { pages, selection, marks } = this.#parts;
    const tile = pages.positions.at(position);
    const current = position === selection.cursor;
    if (!tile) return { current, selected: false, rating: 0, rejected: false, veiled: false };
    return { ...this.#seen(tile, marks), current, selected: selection.ids.has(tile.id) };
  }

  /** What inspector and viewer show; null while there is nothing, or it is on its way. */
  #shown() {
    const { pages, selection, marks, facts } = this.#parts;
    const id = selection.shown;
    if (id === null) return null;
    const position = pages.positions.placeOf(id);
    const known = facts.of(id);
    const tile = pages.positions.at(position) ?? (known && tileOf(known));
    if (!tile) return null;
    return { ...this.#seen(tile, marks), position, length: pages.length, facts: known, trouble: facts.trouble(id) };
  }

  #seen(tile, marks) {
    return { tile, address: this.#pictures.address(tile.sha), ...marks.of(tile), veiled: this.#commands.veils(tile) };
  }

  #busyWords() {
    const changes = this.#parts.marks.waiting;
    if (changes) return `kernel busy: ${counted(changes, "change")} wait${changes === 1 ? "s" : ""}`;
    return this.#waiting ? "kernel busy: waiting for its answer" : "";
  }

  #waits(count) {
    this.#waiting = count;
    this.#draw();
  }

  #losesKernel(sentence) {
    this.#lost = sentence;
    this.#draw();
  }

  #troubled(error) {
    if (error.name !== "AbortError") this.#parts.status.trouble(error.message);
  }

  /** @returns {boolean} whether there was one to close */
  #closeSheet() {
    const { inspector, grid } = this.#parts;
    const was = this.#sheet === "open" && inspector.isSheet;
    if (was) this.#sheet = "closed";
    if (was && inspector.element.contains(document.activeElement)) grid.focus();
    this.#draw();
    return was;
  }

  /** @returns {number} the turn of whoever may let it go */
  #holdPainted() {
    this.#painted.hold();
    return (this.#looks += 1);
  }
}

/** A tile of what is known of an asset that is not among those found. */
function tileOf({ id, sha256, width, height, rating, rejected, flagged, damaged, prompt, caption }) {
  const sha = sha256.slice(0, SHORT_HASH);
  const alt = caption || prompt || `asset #${id}`;
  return { id, sha, width, height, rating, rejected, flagged: Boolean(flagged), damaged: Boolean(damaged), transparent: false, alt };
}

function render({ model, el }) {
  performance.mark("il-gallery-start");
  el.classList.add("il-gallery-place");
  const gallery = new Gallery(model, el);
  hideStill(el, model.get("still_name"));
  return () => gallery.close();
}

export default { render };
