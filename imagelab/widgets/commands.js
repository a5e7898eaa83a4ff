// What keys and clicks do: they move, select, judge and open. Everything here is by id, and the
// parts draw themselves anew.
import { commandOf, isSave, isTyping, keysCard, moved } from "./keys.js";

export class Commands {
  #parts;
  #card = null;
  #unveiled = new Set(); // ids of flagged pictures that somebody wanted to see

  /**
   * @param {{root: HTMLElement, grid: import("./grid.js").Grid, pages: import("./pages.js").Pages,
   *   selection: import("./selection.js").Selection, marks: import("./marks.js").Marks,
   *   viewer: import("./viewer.js").Viewer, search: import("./search.js").SearchBox,
   *   inspector: import("./inspector.js").Inspector, see: (position: number) => any,
   *   shown: () => any, selected: () => void, draw: () => void, openSheet: () => void,
   *   closeSheet: () => boolean}} parts
   */
  constructor(parts) {
    this.#parts = parts;
    const { root, grid } = parts;
    for (const type of ["keydown", "keyup", "keypress"])
      root.addEventListener(type, (event) => isSave(event) || event.stopPropagation());
    root.addEventListener("keydown", (event) => this.#pressed(event));
    grid.element.addEventListener("click", (event) => this.#clicked(event));
    grid.element.addEventListener("dblclick", () => this.open());
  }

  /** Whether a picture is covered until somebody wants to see it. */
  veils(tile) {
    return tile.flagged && !this.#unveiled.has(tile.id);
  }

  unveil(id) {
    this.#unveiled.add(id);
    this.#parts.draw();
  }

  move(to, how = {}) {
    const { grid, pages, selection } = this.#parts;
    if (!pages.length) return;
    const field = { from: selection.cursor, columns: grid.columns, rows: grid.rowsInView, length: pages.length };
    selection.goTo(moved(to, field), how);
    grid.reveal(selection.cursor);
  }

  rate(stars) {
    const { marks, selection } = this.#parts;
    if (selection.targets.length) marks.rate(selection.targets, stars);
  }

  /** Reject what is selected, or take it back if all of it is rejected; then on to the next. */
  reject() {
    const { grid, marks, pages, selection } = this.#parts;
    const ids = selection.targets;
    if (!ids.length) return;
    const back = ids.every((id) => this.#isRejected(id));
    marks.reject(ids, !back);
    const place = pages.positions.placeOf(ids[0]);
    if (back || ids.length > 1 || place === undefined || place === pages.length - 1) return;
    this.move("right");
    if (grid.element.contains(document.activeElement)) grid.focus();
  }

  open() {
    const { viewer, shown } = this.#parts;
    const seen = shown();
    if (!seen) return;
    if (seen.veiled) this.unveil(seen.tile.id);
    else viewer.open(seen);
  }

  /** Show an asset by its id, in its place if it is among those found. */
  go(id) {
    const { grid, pages, selection, selected } = this.#parts;
    const place = pages.positions.placeOf(id);
    if (place === undefined) {
      selection.say({ ids: [id], id });
      selected();
    } else {
      selection.goTo(place);
      grid.reveal(place);
    }
  }

  /** A small card that says what the keys do, or away with it. */
  keys() {
    const { root, grid } = this.#parts;
    if (this.#card) {
      this.#card.remove();
      this.#card = null;
      grid.focus();
      return;
    }
    this.#card = keysCard(() => this.keys());
    root.append(this.#card);
    this.#card.querySelector("button").focus();
  }

  /** The focus goes back to where the view is in. */
  leave() {
    const { root } = this.#parts;
    document.activeElement?.blur();
    root.closest(".jp-Notebook")?.focus({ preventScroll: true });
  }

  #isRejected(id) {
    const { marks, pages, shown } = this.#parts;
    const tile = pages.positions.at(pages.positions.placeOf(id));
    if (tile) return marks.of(tile).rejected;
    return shown()?.tile.id === id && shown().rejected;
  }

  #pressed(event) {
    const { inspector, viewer } = this.#parts;
    if (event.defaultPrevented || isTyping(event.target)) return;
    const command = commandOf(event);
    if (!command) return;
    const elsewhere = inspector.element.contains(event.target) && (command.name === "move" || command.name === "all");
    if (elsewhere) return;
    const done = viewer.isOpen ? this.#runInViewer(command) : this.#run(command);
    if (done !== false) event.preventDefault();
  }

  #run(command) {
    const { grid, search, selection } = this.#parts;
    const runs = {
      move: () => {
        this.move(command.to, command);
        grid.focus();
      },
      all: () => selection.all(),
      toggle: () => selection.toggle(selection.cursor),
      rate: () => this.rate(command.stars),
      reject: () => this.reject(),
      open: () => this.open(),
      search: () => search.focus(),
      keys: () => this.keys(),
      leave: () => this.#back(),
    };
    return runs[command.name]();
  }

  #runInViewer(command) {
    const { viewer } = this.#parts;
    const sideways = ["left", "right", "first", "last"].includes(command.to);
    const runs = {
      move: () => (sideways ? this.move(command.to) : false),
      rate: () => this.rate(command.stars),
      reject: () => this.reject(),
      open: () => viewer.close(),
      leave: () => viewer.close(),
    };
    return runs[command.name]?.() ?? undefined;
  }

  /** One step back: from the card, the sheet, a wider selection; at last out of the view. */
  #back() {
    const { selection, closeSheet } = this.#parts;
    if (this.#card) this.keys();
    else if (!closeSheet() && !selection.narrow()) this.leave();
  }

  #clicked(event) {
    const { grid, selection, see, openSheet } = this.#parts;
    const position = grid.positionOf(event.target);
    if (position === undefined) return;
    openSheet();
    const seen = see(position);
    if (event.ctrlKey || event.metaKey) selection.toggle(position);
    else selection.goTo(position, { extend: event.shiftKey });
    if (seen.veiled) this.unveil(seen.tile.id);
    grid.show({ cursor: selection.cursor });
    grid.focus();
  }
}
