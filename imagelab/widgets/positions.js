// Which tile is where in a view. The catalog's list moves on while one looks at it: new images
// come in on top, and what was just rejected leaves it. The view's positions stay as they are
// until the reader asks for another list.

/**
 * @typedef {{id: number, sha: string, width: number, height: number, rating: number|null,
 *   rejected: boolean, flagged: boolean, damaged: boolean, transparent: boolean, alt: string}} Tile
 */

export class Positions {
  /** How many the catalog's list has. */
  total = 0;
  /** How many at the head of the list came later and are not shown yet. */
  unseen = 0;
  #tiles = new Map(); // position -> Tile
  #places = new Map(); // id -> position
  #kept = []; // positions, rising, of tiles that are shown and not in the list any more

  get length() {
    return Math.max(0, this.total - this.unseen) + this.#kept.length;
  }

  /** @returns {Tile|undefined} */
  at(position) {
    return this.#tiles.get(position);
  }

  /** @returns {number|undefined} */
  placeOf(id) {
    return this.#places.get(id);
  }

  /** The ids of what is known to be at some positions. */
  ids(from, to) {
    const ids = [];
    for (let position = from; position < to; position += 1) if (this.#tiles.has(position)) ids.push(this.#tiles.get(position).id);
    return ids;
  }

  /** The tiles that stay though the list has dropped them. */
  get kept() {
    return this.#kept.map((position) => this.#tiles.get(position));
  }

  /** Where in the catalog's list to look for what is at a position and after. */
  inList(position) {
    return position + this.unseen - this.#keptBefore(position);
  }

  /** The position of what stands at a place in the catalog's list; null when it is not shown yet. */
  ofList(place) {
    if (place < this.unseen) return null;
    let position = place - this.unseen;
    for (const kept of this.#kept) if (kept <= position) position += 1;
    return position;
  }

  /** Tiles as the list has them, laid from a position on, around those that stay. */
  put(from, tiles) {
    let position = from;
    for (const tile of tiles) {
      while (this.#kept.includes(position)) position += 1;
      this.#set(position, tile);
      position += 1;
    }
  }

  /** A tile that has left the list and stays in view; `total` does not count it any more. */
  keep(id) {
    const position = this.#places.get(id);
    if (position === undefined || this.#kept.includes(position)) return;
    this.#kept = [...this.#kept, position].sort((one, other) => one - other);
  }

  /** A tile that stayed and is in the list again. */
  release(id) {
    const position = this.#places.get(id);
    if (!this.#kept.includes(position)) return;
    this.#kept = this.#kept.filter((one) => one !== position);
    this.total += 1;
  }

  clear() {
    this.#tiles.clear();
    this.#places.clear();
    this.#kept = [];
    this.unseen = 0;
  }

  /** Forget the tiles of some positions, except those that stay. */
  forget(from, to) {
    for (let position = from; position < to; position += 1)
      if (!this.#kept.includes(position)) this.#unset(position);
  }

  /**
   * Take in how a part of the list looks now. The first tile seen before that is still there
   * keeps its position, or goes to where the list begins if the view is `atTop`.
   *
   * @param {number} from the position where the part seen before begins
   * @param {Tile[]} now @param {number} start where in the list `now` begins
   * @param {{atTop: boolean, ours: (id: number) => boolean, above: number, length: number}} how
   *   `ours`: changed in this view, so it stays in its place; `above`: how many of `now` were
   *   before `from`; `length` before the list was counted again
   * @returns {{from: number, to: number, first: number, count: number}|null} where the
   *   topmost tile that is still shown was and is, and the part that is laid now; null when none
   *   of what was seen is there
   */
  align(from, now, start, { atTop, ours, above, length }) {
    const toTheEnd = start + now.length >= this.total;
    const reach = now.length - above + this.#kept.length;
    const before = this.#seen(from, toTheEnd ? Math.max(length - from, reach) : reach);
    const fresh = new Map(now.map((tile, index) => [tile.id, index]));
    const anchor = before.find(({ tile }) => fresh.has(tile.id));
    if (!anchor) return null;
    const staying = this.#staying(before, fresh, toTheEnd, ours);
    const merged = mergedOf(before, now, fresh, staying);
    const index = merged.findIndex((tile) => tile.id === anchor.tile.id);
    let first = atTop && start === 0 ? 0 : anchor.position - index;
    const stayedAbove = this.#keptBefore(from) + merged.slice(0, index).filter((tile) => staying.has(tile.id)).length;
    const unseen = start + fresh.get(anchor.tile.id) - (first + index) + stayedAbove;
    if (unseen < 0) first += unseen;
    const moved = first + index - anchor.position;
    this.#relay(before, merged, staying, { from, first, moved });
    this.unseen = Math.max(0, unseen);
    const low = Math.max(first, from + moved); // what is further up was laid already
    const top = before.find(({ tile }) => fresh.has(tile.id) || staying.has(tile.id));
    const to = first + merged.findIndex((tile) => tile.id === top.tile.id);
    return { from: top.position, to, first: low, count: first + merged.length - low };
  }

  #seen(from, count) {
    const seen = [];
    for (let position = from; position < from + count; position += 1)
      if (this.#tiles.has(position)) seen.push({ position, tile: this.#tiles.get(position) });
    return seen;
  }

  /** Those not in the list now that stay: for sure gone, and not merely further down. */
  #staying(before, fresh, toTheEnd, ours) {
    const last = before.findLastIndex(({ tile }) => fresh.has(tile.id));
    const gone = before.filter(
      ({ position, tile }, index) =>
        !fresh.has(tile.id) &&
        (this.#kept.includes(position) || (ours(tile.id) && (toTheEnd || index < last))),
    );
    return new Set(gone.map(({ tile }) => tile.id));
  }

  #relay(before, merged, staying, { from, first, moved }) {
    const last = before.at(-1).position;
    const elsewhere = this.#kept.filter((position) => position < from || position > last);
    const stayed = elsewhere.map((position) => [position, this.#tiles.get(position)]);
    if (moved) this.clear();
    for (const { position } of before) this.#unset(position);
    for (const [position, tile] of stayed) this.#set(position + (position > last ? moved : 0), tile);
    merged.forEach((tile, index) => first + index >= from + moved && this.#set(first + index, tile));
    const ids = [...stayed.map(([, tile]) => tile.id), ...staying];
    const places = ids.map((id) => this.#places.get(id)).filter((place) => place !== undefined);
    this.#kept = places.sort((one, other) => one - other);
  }

  #set(position, tile) {
    if (position < 0) return;
    this.#unset(position);
    const before = this.#places.get(tile.id);
    if (before !== undefined && before !== position) {
      this.#tiles.delete(before);
      this.#kept = this.#kept.filter((one) => one !== before);
    }
    this.#tiles.set(position, tile);
    this.#places.set(tile.id, position);
  }

  #unset(position) {
    const tile = this.#tiles.get(position);
    this.#tiles.delete(position);
    if (tile && this.#places.get(tile.id) === position) this.#places.delete(tile.id);
  }

  #keptBefore(position) {
    return this.#kept.filter((one) => one < position).length;
  }
}

/** What is in the list now, with what stays after the neighbour it had. */
function mergedOf(before, now, fresh, staying) {
  const following = new Map([[null, []]]);
  let previous = null;
  let firstThere = null;
  for (const { tile } of before) {
    if (fresh.has(tile.id)) {
      previous = tile.id;
      firstThere ??= tile.id;
      following.set(previous, []);
    } else if (staying.has(tile.id)) following.get(previous).push(tile);
  }
  return now.flatMap((tile) => [
    ...(tile.id === firstThere ? following.get(null) : []),
    tile,
    ...(following.get(tile.id) ?? []),
  ]);
}
