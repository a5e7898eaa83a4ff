// The pages of one search: which are needed for what is seen, asked once, and kept up to date.
import { Missing } from "./missing.js";
import { Positions } from "./positions.js";

const PAGE = 60; // tiles
const MOST_ASKED = 120; // of the catalog, at a time
const ASKED_ABOVE = 30; // tiles over what is seen, which deletions further up may have moved there
const MOST_OPEN = 4; // questions on their way
const MOST_HELD = 200; // pages; their pictures have a bound of their own
const AGAIN_AFTER = 3000; // milliseconds, when a question could not be answered

export class Pages {
  query = "";
  /** How it is looked for, beside the query: as `page` and `count` take it. */
  how = {};
  /** What would find something, where nothing is found: a sentence and a query. */
  hint = null;
  /** Whether a search has been answered at all. */
  begun = false;
  /** Whether `length` is all there is, or only what is known so far. */
  counted = false;
  /** What all of them cost, in words. */
  cost = null;
  /** How many assets there are, where several share a tile; null when it is not counted. */
  assets = null;
  positions = new Positions();
  #line;
  #pictures;
  #told;
  #going = null; // the search that is shown
  #trying = null; // the one that may take its place
  #stamp = ""; // the state of the catalog that was counted: pages come from the same
  #round = 0; // one up when what is on its way tells of the time before
  #held = new Map(); // page -> the round it is from
  #open = new Set(); // pages on their way
  #missing;
  #again = 0; // the timer of a count that is due
  #touched = new Set(); // ids changed in this view

  /**
   * @param {{ask: Function}} line @param {import("./pictures.js").Pictures} pictures
   * @param {{onNews: () => void, onOld: () => void, onTrouble: (error: Error) => void, drawn?: () => Promise<void>}} told
   *   `drawn` once what is in view is drawn, `onOld` when what was counted cannot be asked for any more: `refresh` is due
   */
  constructor(line, pictures, told) {
    this.#line = line;
    this.#pictures = pictures;
    this.#told = told;
    this.#missing = new Missing(line, pictures, told);
  }

  get length() {
    return this.positions.length;
  }

  /** The search as questions about it name it. */
  get sought() {
    return { query: this.query, ...this.how };
  }

  /**
   * Show what a query finds, once its first page is there; until then, and when it cannot be
   * read, everything stays. Without `orNothing`, also when it finds nothing.
   * @returns {Promise<boolean>} false when it stayed so, or another query came after it
   */
  async begin(query, how = {}, { orNothing = true } = {}) {
    if (this.#trying !== this.#going) this.#trying?.abort(); // what is shown may still be counted
    const trying = (this.#trying = new AbortController());
    try {
      const asked = { query, ...how, start: 0, limit: PAGE, pictures: true };
      const parcel = await this.#line.ask("page", asked, trying.signal);
      if (trying !== this.#trying || !(orNothing || parcel.header.total)) return false;
      this.#adopt({ query, ...how }, parcel, trying);
    } catch (error) {
      if (trying !== this.#trying) return false;
      throw error;
    }
    return true;
  }

  /** Ask for what is missing at some positions, and then for what is missing around them. */
  need(from, to, around) {
    if (!this.begun || !this.#going) return;
    const wider = [Math.max(0, from - around), Math.min(this.length, to + around)];
    for (const page of [...pagesOf(from, to), ...pagesOf(...wider)]) this.#ask(page);
    this.#missing.ask(this.#tiles(from, to), this.#going);
    this.#missing.ask(this.#tiles(...wider), this.#going);
  }

  /**
   * The catalog has changed: count again, and look again at what is seen from a position on.
   * @returns {Promise<{from: number, to: number}|null>} where a tile went, to follow it there
   *   before the view is drawn with its new length
   */
  async refresh(from, atTop) {
    const going = this.#going;
    if (!going) return null;
    const rejected = this.#rejected;
    const count = await this.#line.ask("count", this.sought, going.signal);
    if (going !== this.#going) return null;
    const sought = this.positions.inList(from);
    const start = atTop ? 0 : Math.max(0, sought - ASKED_ABOVE);
    const { stamp } = count.header;
    const asked = { ...this.sought, start, limit: MOST_ASKED, pictures: false, stamp };
    const page = await this.#line.ask("page", asked, going.signal);
    if (going !== this.#going) return null;
    if (page.header.stamp !== stamp) return this.#isOld(going);
    const [{ length }, above] = [this, atTop ? 0 : sought - start];
    this.#learn(count.header);
    return this.#looked(page.header.tiles, rejected, { first: atTop ? 0 : from, start, above, atTop, length });
  }

  /** These were changed here, so they stay in their places when the search has them no more. */
  changed(ids, change) {
    for (const id of ids) {
      this.#touched.add(id);
      const tile = this.positions.at(this.positions.placeOf(id));
      if (tile) Object.assign(tile, change);
      if (change.rejected === this.#asksForRejected) this.#isBack(id);
    }
    if (this.#open.size) this.#round += 1;
  }

  /** The ids at some positions, and of those that stay in view. */
  async between(from, to) {
    const [start, stop] = [this.positions.inList(from), this.positions.inList(to)];
    const asked = { ...this.sought, start, stop, stamp: this.#stamp };
    const { header } = await this.#line.ask("between", asked, this.#going.signal);
    const kept = this.positions.kept.map((tile) => tile.id);
    return [...header.ids, ...kept.filter((id) => isBetween(this.positions.placeOf(id), from, to))];
  }

  /** @returns {Promise<number|null>} the position of an asset wherever it stands in the list */
  async placeOf(id) {
    const here = this.positions.placeOf(id);
    if (here !== undefined || !this.begun) return here ?? null;
    const { header } = await this.#line.ask("place", { ...this.sought, id, stamp: this.#stamp }, this.#going.signal);
    return header.place === null ? null : this.positions.ofList(header.place);
  }

  close() {
    this.#trying?.abort();
    this.#going?.abort();
    this.#going = this.#trying = null;
  }

  #adopt({ query, ...how }, parcel, trying) {
    this.#going?.abort();
    [this.#going, this.query, this.begun, this.cost, this.#stamp] = [trying, query, true, null, ""];
    [this.how, this.hint, this.assets] = [how, null, null];
    this.#round += 1;
    for (const memory of [this.#touched, this.#held, this.#open, this.#missing, this.positions]) memory.clear();
    this.positions.total = parcel.header.total;
    this.counted = parcel.header.counted;
    this.#lay(0, parcel);
    this.#told.onNews();
    this.#count(trying, parcel.header.stamp);
  }

  async #count(going, stamp) {
    try {
      await this.#told.drawn?.(); // counting a million takes both hands
      if (going !== this.#going) return;
      const { header } = await this.#line.ask("count", this.sought, going.signal);
      if (going !== this.#going) return;
      if (header.stamp !== stamp) this.#round += 1; // the first page is of another state
      this.#learn(header);
      this.#told.onNews();
    } catch (error) {
      if (going !== this.#going) return;
      this.#told.onTrouble(error);
      setTimeout(() => going === this.#going && this.#count(going, stamp), AGAIN_AFTER);
    }
  }

  #learn({ total, assets, cost, stamp, hint, hint_query: better }) {
    this.positions.total = total;
    this.hint = hint ? { hint, better } : null;
    this.counted = true;
    [this.cost, this.assets] = [cost, assets];
    this.#stamp = stamp;
  }

  #looked(tiles, rejected, { first, start, above, atTop, length }) {
    this.#round += 1;
    this.#pictures.askAgain();
    const ours = (id) => this.#touched.has(id);
    this.#keep(rejected, first, tiles.length - above);
    const moved = this.positions.align(first, tiles, start, { atTop, ours, above, length });
    if (!moved) this.#layAnew(start === 0 ? tiles : []);
    const { first: from, count } = moved ?? { first: 0, count: start === 0 ? tiles.length : 0 };
    for (let page = Math.ceil(from / PAGE); (page + 1) * PAGE <= from + count; page += 1) this.#held.set(page, this.#round);
    return moved ?? { from: first, to: 0 };
  }

  /** What was rejected out of what is seen now has left the list too, unless the query asks for it. */
  #keep(rejected, first, count) {
    if (this.#asksForRejected) return;
    for (const id of rejected) if (!isBetween(this.positions.placeOf(id), first, first + count)) this.positions.keep(id);
  }

  get #asksForRejected() {
    return /rejected/i.test(this.query);
  }

  get #rejected() {
    return [...this.#touched].filter((id) => this.positions.at(this.positions.placeOf(id))?.rejected);
  }

  #layAnew(tiles) {
    this.positions.clear();
    this.positions.put(0, tiles);
  }

  /** Taken back: it stands in the list again. */
  #isBack(id) {
    this.positions.release(id);
    this.#touched.delete(id);
  }

  async #ask(page) {
    if (!this.#stamp || this.#held.get(page) === this.#round) return;
    if (this.#open.has(page) || this.#open.size >= MOST_OPEN) return;
    const [going, round] = [this.#going, this.#round];
    const start = this.positions.inList(page * PAGE);
    const limit = this.positions.inList((page + 1) * PAGE) - start;
    const asked = { ...this.sought, start, limit, pictures: !this.#held.has(page), stamp: this.#stamp };
    this.#open.add(page);
    try {
      const parcel = limit ? await this.#line.ask("page", asked, going.signal) : null;
      if (going !== this.#going) return;
      this.#open.delete(page);
      if (parcel) this.#came(page, round, parcel, asked.stamp);
    } catch (error) {
      if (going !== this.#going) return;
      this.#told.onTrouble(error);
      setTimeout(() => going === this.#going && this.#open.delete(page) && this.#told.onNews(), AGAIN_AFTER);
    }
  }

  #came(page, round, parcel, stamp) {
    const current = round === this.#round;
    if (current && parcel.header.stamp === stamp) {
      this.#lay(page, parcel);
      this.#letGo();
    } else this.#keepPictures(parcel);
    if (current && parcel.header.stamp !== stamp) this.#isOld(this.#going);
    this.#told.onNews();
  }

  /** The state that was counted is not kept any more: nothing is asked for until it is counted again. */
  #isOld(going) {
    if (going !== this.#going) return null;
    this.#stamp = "";
    this.#told.onOld();
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#stamp || this.#isOld(going), AGAIN_AFTER);
    return null;
  }

  #lay(page, parcel) {
    this.#keepPictures(parcel);
    this.positions.put(page * PAGE, parcel.header.tiles);
    this.#held.delete(page); // the newest are the last
    this.#held.set(page, this.#round);
  }

  #keepPictures(parcel) {
    const there = parcel.header.tiles.filter((tile) => tile.picture);
    this.#pictures.take(parcel, there.map((tile) => ({ sha: tile.sha, ...tile.picture })));
  }

  /** The oldest pages go when there are too many; what is seen is asked for again. */
  #letGo() {
    for (const page of [...this.#held.keys()].slice(0, -MOST_HELD)) {
      this.#held.delete(page);
      this.positions.forget(page * PAGE, (page + 1) * PAGE);
    }
  }

  #tiles(from, to) {
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => this.positions.at(from + index));
  }
}

function pagesOf(from, to) {
  const pages = [];
  for (let page = Math.floor(from / PAGE); page * PAGE < to; page += 1) pages.push(page);
  return pages;
}

const isBetween = (position, from, to) => from <= position && position < to;
