// What the parts of a gallery show: put together from pages, marks, facts and pictures.

const SHORT_HASH = 16; // digits, as the tiles have it

export class Showing {
  #parts;
  #pictures;
  #veils;

  /** @param {object} parts of the gallery @param {import("./pictures.js").Pictures} pictures @param {(tile: object) => boolean} veils */
  constructor(parts, pictures, veils) {
    [this.#parts, this.#pictures, this.#veils] = [parts, pictures, veils];
  }

  /** What the tile or row at a position shows. */
  at(position) {
    const { pages, selection, rows } = this.#parts;
    const tile = pages.positions.at(position);
    const current = position === selection.cursor;
    if (!tile) return { current, selected: false, rating: 0, rejected: false, veiled: false };
    return { ...this.#seen(tile), current, selected: selection.ids.has(tile.id), row: rows.of(tile.id) };
  }

  /** What inspector and viewer show; null while there is nothing, or it is on its way. */
  chosen() {
    const { pages, selection, facts } = this.#parts;
    const id = selection.shown;
    if (id === null) return null;
    const position = pages.positions.placeOf(id);
    const known = facts.of(id);
    const tile = pages.positions.at(position) ?? (known && tileOf(known));
    if (!tile) return null;
    const many = selection.targets.length;
    return { ...this.#seen(tile), position, length: pages.length, facts: known, trouble: facts.trouble(id), many };
  }

  /** What the line over the grid says. */
  sums(trouble) {
    const { pages, selection } = this.#parts;
    const { length, begun, counted, cost, assets, positions } = pages;
    const rejected = positions.kept.filter((tile) => tile?.rejected).length;
    return { length, begun, trouble: Boolean(trouble), counted, cost, assets, unseen: positions.unseen, rejected, selected: selection.ids.size };
  }

  #seen(tile) {
    return { tile, address: this.#pictures.address(tile.sha), ...this.#parts.marks.of(tile), veiled: this.#veils(tile) };
  }
}

/** A tile of what is known of an asset that is not among those found. */
function tileOf({ id, sha256, width, height, rating, rejected, flagged, damaged, emptied, prompt, caption }) {
  const sha = sha256.slice(0, SHORT_HASH);
  const alt = caption || prompt || `asset #${id}`;
  const marks = { flagged: Boolean(flagged), damaged: Boolean(damaged), emptied: Boolean(emptied), transparent: false };
  return { id, sha, width, height, rating, rejected, ...marks, alt };
}
