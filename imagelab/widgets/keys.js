// What each key does, and the card that says so.
import { h } from "./dom.js";

const MOVES = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  PageUp: "screen up",
  PageDown: "screen down",
  Home: "first",
  End: "last",
};
const ACTS = {
  Enter: "open",
  x: "reject",
  u: "undo",
  t: "tag",
  e: "edit",
  v: "vary",
  c: "compare",
  y: "copy",
  s: "stack",
  "/": "search",
  "?": "keys",
  Escape: "leave",
};
const ZOOMS = { "+": 1, "=": 1, "-": -1, _: -1 };

/**
 * @param {KeyboardEvent} event
 * @returns {{name: string, extend?: boolean, alone?: boolean, to?: string, stars?: number, by?: number, on?: boolean}|null}
 *   `on`: Caps Lock is on, so a rating goes on to the next
 */
export function commandOf(event) {
  const accelerated = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key; // Caps Lock has a meaning of its own
  if (event.altKey || event.isComposing || pressesButton(event)) return null;
  if (MOVES[key]) return { name: "move", to: MOVES[key], extend: event.shiftKey, alone: accelerated };
  if (accelerated && key === "a") return { name: "all" };
  if (key === " ") return { name: accelerated || event.shiftKey ? "toggle" : "preview" };
  if (accelerated) return null;
  const on = event.getModifierState("CapsLock");
  if (/^[0-5]$/.test(key)) return { name: "rate", stars: Number(key), on };
  if (ZOOMS[key]) return { name: "zoom", by: ZOOMS[key] };
  return ACTS[key] ? { name: ACTS[key], on } : null;
}

/** Enter and Space are the button's that has the focus. */
function pressesButton({ key, target }) {
  return (key === "Enter" || key === " ") && Boolean(target?.closest?.("button"));
}

/** @returns {number} where a move leads from a position */
export function moved(to, { from, columns, rows, length }) {
  const steps = { left: -1, right: 1, up: -columns, down: columns, "screen up": -columns * rows, "screen down": columns * rows };
  if (to === "first") return 0;
  if (to === "last") return length - 1;
  const there = from + steps[to];
  if (there < 0) return from % columns;
  if (there < length) return there;
  return sameRow(from, length - 1, columns) ? from : length - 1;
}

const sameRow = (one, other, columns) => Math.floor(one / columns) === Math.floor(other / columns);

/** Whether a key belongs to a field one types in. */
export function isTyping(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

/** Ctrl+S or ⌘S: the notebook's own, even while one is in a view; browsers would save the page. */
export function isSave(event) {
  return (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s";
}

const CARD = [
  [["←", "↑", "↓", "→"], "move; over a picture that is zoomed too"],
  [["Home", "End"], "first, last"],
  [["Space"], "preview, and back"],
  [["Enter"], "full size"],
  [["+", "−"], "larger, smaller; 0 or a click: fitted"],
  [["1", "–", "5"], "rate"],
  [["0"], "no rating"],
  [["x"], "reject, and back"],
  [["u"], "undo"],
  [["t"], "tag"],
  [["e"], "edit with words"],
  [["v"], "vary"],
  [["c"], "compare two to four, side by side"],
  [["y"], "copy the code"],
  [["s"], "open the stack"],
  [["Shift"], "+ move or click: a range"],
  [["Ctrl"], "+ click or Space: one more or less"],
  [["Ctrl", "A"], "all"],
  [["Caps Lock"], "a rating goes on to the next"],
  [["/"], "search"],
  [["Esc"], "back, then out of the gallery"],
];

/** @returns {HTMLElement} the card that says what the keys do */
export function keysCard(onClose) {
  const rows = CARD.map(([keys, meaning]) => [h("dt", {}, ...keys.map(keyCap)), h("dd", {}, meaning)]);
  const close = h("button", { class: "il-button", type: "button", on: { click: onClose } }, "Close");
  return h("div", { class: "il-keys", role: "dialog", "aria-label": "keys" }, h("dl", {}, ...rows.flat()), close);
}

const MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const keyCap = (key) => (key === "–" ? key : h("kbd", {}, MAC && key === "Ctrl" ? "⌘" : key));
