// The gallery: its parts, wired to each other, to the courier and to the traits Python sees.
import { Commands } from "./commands.js";
import { courier } from "./courier.js";
import { settled } from "./dom.js";
import { draw } from "./drawing.js";
import { obeyTraits } from "./obeying.js";
import { paintedMark } from "./painted.js";
import { framed, partsOf } from "./parts.js";
import { Pictures } from "./pictures.js";
import { settling } from "./settling.js";
import { Showing } from "./showing.js";
import { sortedBy } from "./sorting.js";
import { hideStill } from "./still.js";
import { Traits } from "./traits.js";
import { busyWords } from "./words.js";

const LOOKS_AGAIN_AFTER = 250; // milliseconds after the last change: a generation writes several times
const SIZES = { min: 80, max: 320 }; // pixels of a thumbnail, as the slider has them
const IN_STACK = /\bstack:/i; // such a query shows what lies in one

class Gallery {
  #parts;
  #ready;
  #root;
  #traits;
  #commands;
  #showing;
  #painted;
  #pictures = new Pictures();
  #kernel = { waiting: 0, lost: "" }; // questions that a busy one has not taken, or why there is none
  #trouble = ""; // why there is nothing to show at all
  #sheet = "unasked"; // in a narrow view the inspector is "open" or "closed", as was wished last
  #asked = null; // the query that was looked for last
  #looks = 0;
  #refreshing = false;
  #closed = false;
  #restsUntil = 0;
  #settles;
  #changed = settled(LOOKS_AGAIN_AFTER, () => this.#refresh());

  /** @param {{insert: (code: string) => Promise<string>, lost: () => void}} [reader] of one that only looks */
  constructor(model, el, reader) {
    this.#traits = new Traits(model);
    this.#ready = courier(model, {
      onChange: () => this.#changed(),
      onWaiting: (waiting) => this.#heard({ waiting }),
      onLost: (lost) => (reader ? reader.lost() : this.#heard({ lost })),
    });
    const carried = (verb) => async (...words) => (await this.#ready)[verb](...words);
    const line = { ask: carried("ask"), askKernel: carried("askKernel"), act: carried("act") };
    this.#parts = partsOf(line, this.#pictures, this.#hears());
    this.#settles = settling(this.#parts, (query) => this.#begun(query, this.#parts.selection.ids));
    this.#root = framed(this.#parts);
    el.append(this.#root);
    this.#painted = paintedMark(this.#root);
    this.#showing = new Showing(this.#parts, this.#pictures, (tile) => this.#commands.veils(tile));
    this.#commands = new Commands({ ...this.#parts, ...this.#does(), insert: reader?.insert });
    this.#root.classList.toggle("il-only-looks", Boolean(reader));
    obeyTraits(this.#traits, this.#parts, {
      root: this.#root,
      asked: () => this.#asked,
      set: (query) => this.#set(query),
      again: () => this.#look(this.#parts.search.text),
      told: (said) => this.#told(said),
      rests: () => this.#rests(),
      draw: () => this.#draw(),
    });
  }

  /** What keys and clicks find beside the parts. */
  #does() {
    return {
      root: this.#root,
      see: (position) => this.#showing.at(position),
      shown: () => this.#showing.chosen(),
      selected: () => this.#selected(),
      draw: () => this.#draw(),
      openSheet: () => (this.#sheet = "open"),
      closeSheet: () => this.#closeSheet(),
      advances: () => this.#traits.of("auto_advance"),
      query: (text) => this.#set(text),
      catalog: () => this.#traits.of("pointer"),
      size: (pixels) => this.#resize(this.#traits.of("thumbnail_size") + pixels),
    };
  }

  close() {
    this.#closed = true;
    for (const part of [...Object.values(this.#parts), this.#pictures, this.#traits]) if (part !== this.#parts.viewer) part.close?.();
    for (const later of [this.#changed, this.#settles]) later.stop();
    this.#parts.viewer.remove();
    this.#root.remove();
    this.#ready.then((line) => line.close(), () => {});
  }

  /** Look for a query and show what it finds; a query that cannot be read changes nothing. */
  async #look(query, { typing = false } = {}) {
    const { pages, search, status } = this.#parts;
    this.#asked = query;
    this.#settles.stop();
    const stacks = this.#traits.of("stacks") && !IN_STACK.test(query);
    const how = { ...(typing && { typing }), ...(stacks && { stacks }) };
    const look = this.#holdPainted();
    const ids = pages.begun ? this.#parts.selection.ids : null; // at first Python's selection stays
    try {
      if (!(await pages.begin(query, how))) return; // another came after it
      this.#trouble = "";
      search.accepted();
      status.calm();
      this.#begun(query, ids);
      if (typing) this.#settles(query);
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
    const { grid, selection, chips } = this.#parts;
    if (selection.ids === ids) selection.restart();
    grid.toTop();
    chips.show(query);
    this.#traits.say({ query, selected_ids: [...selection.ids], current_id: selection.id });
  }

  /** The catalog has changed: see what is new, without moving what is looked at. */
  async #refresh() {
    const { pages, grid, facts, rows, side, sent } = this.#parts;
    const began = performance.now();
    if (!pages.begun) return;
    if (this.#refreshing || began < this.#restsUntil) return void this.#changed();
    this.#refreshing = true;
    try {
      const { atTop } = grid;
      const at = await pages.refresh(grid.visible[0], atTop);
      facts.doubt();
      rows.doubt();
      side.show(pages, { anew: true });
      sent.look();
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
      see: (position) => this.#showing.at(position),
      onNews: () => this.#news(),
      onOld: () => this.#changed(),
      onSelected: () => this.#selected(),
      onRest: () => this.#rests(),
      drawn: () => this.#painted?.drawn(),
      onPaint: () => this.#painted?.look(this.#parts.grid.tilesInView),
      onDraw: () => this.#draw(),
      onTrouble: (error) => this.#troubled(error),
      onTyped: () => this.#holdPainted(),
      onQuery: (query, how) => this.#look(query, how),
      onSet: (query) => this.#set(query),
      onNarrow: (term) => this.#set(`${this.#parts.pages.query} ${term}`.trim()),
      onSort: (order) => this.#set(sortedBy(this.#parts.pages.query, order)),
      onAgain: () => this.#look(this.#traits.of("query")),
      onTop: () => this.#showNew(),
      onSize: (pixels) => this.#resize(pixels),
      onLayout: (view) => this.#turn({ view }),
      onStacks: () => this.#turn({ stacks: !this.#traits.of("stacks") }),
      onAdvance: () => this.#turn({ auto_advance: !this.#traits.of("auto_advance") }),
      onFacets: () => this.#toggleFacets(),
      onCloseSheet: () => this.#closeSheet(),
      does: () => this.#commands,
    };
  }

  /** Look for another query than the one in the box. */
  #set(query) {
    this.#parts.search.text = query;
    return this.#look(query);
  }

  #turn(traits) {
    this.#traits.say(traits);
    this.#draw();
  }

  #resize(pixels) {
    this.#traits.say({ thumbnail_size: Math.max(SIZES.min, Math.min(SIZES.max, pixels)) });
  }

  /** A column where there is room for one, else a drawer over the grid. */
  #toggleFacets() {
    if (this.#parts.side.isDrawer) this.#root.classList.toggle("il-drawer-open");
    else this.#traits.say({ facets: !this.#traits.of("facets") });
    this.#draw();
  }

  /** Python has selected something. */
  #told(said) {
    const { selection } = this.#parts;
    selection.say(said);
    this.#draw();
    if (said.id) this.#bring(said.id);
  }

  /** Have an asset in view, wherever in the list it stands. */
  async #bring(id) {
    const { grid, pages, selection } = this.#parts;
    const place = await pages.placeOf(id).catch(() => null);
    if (place === null || selection.id !== id) return;
    selection.cursor = place;
    this.#draw();
    grid.reveal(place);
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
    const { grid, pages, rows } = this.#parts;
    const [from, to] = grid.visible;
    pages.need(from, to, to - from);
    if (this.#traits.of("view") === "table") rows.need(pages.positions.ids(from, to));
    if (grid.atTop && pages.positions.unseen) this.#changed.now();
  }

  #showNew() {
    this.#parts.grid.toTop();
    this.#parts.grid.focus();
    this.#changed.now();
  }

  #draw() {
    if (this.#closed) return;
    draw(this.#parts, {
      root: this.#root,
      traits: this.#traits,
      seen: this.#showing.chosen(),
      sums: this.#showing.sums(this.#trouble),
      trouble: this.#trouble,
      busy: this.#kernel.lost || busyWords(this.#parts.marks.waiting, this.#kernel.waiting),
      sheet: this.#sheet === "open",
    });
  }

  #heard(said) {
    Object.assign(this.#kernel, said);
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

function render({ model, el, reader }) {
  performance.mark("il-gallery-start");
  el.classList.add("il-gallery-place");
  const gallery = new Gallery(model, el, reader);
  hideStill(el, model.get("still_name"));
  return () => gallery.close();
}

export default { render };
