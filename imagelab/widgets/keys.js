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
const ACTS = { Enter: "open", x: "reject", X: "reject", "/": "search", "?": "keys", Escape: "leave" };

/**
 * @param {KeyboardEvent} event
 * @returns {{name: string, extend?: boolean, alone?: boolean, to?: string, stars?: number}|null}
 */
export function commandOf(event) {
  const accelerated = event.ctrlKey || event.metaKey;
  if (event.altKey || event.isComposing || pressesButton(event)) return null;
  if (MOVES[event.key]) return { name: "move", to: MOVES[event.key], extend: event.shiftKey, alone: accelerated };
  if (accelerated && event.key.toLowerCase() === "a") return { name: "all" };
  if (event.key === " ") return { name: "toggle" };
  if (accelerated) return null;
  if (/^[0-5]$/.test(event.key)) return { name: "rate", stars: Number(event.key) };
  return ACTS[event.key] ? { name: ACTS[event.key] } : null;
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
  [["←", "↑", "↓", "→"], "move"],
  [["Home", "End"], "first, last"],
  [["Enter"], "full size"],
  [["1", "–", "5"], "rate"],
  [["0"], "no rating"],
  [["x"], "reject, and back"],
  [["Shift"], "+ move or click: a range"],
  [["Ctrl"], "+ click: one more or less"],
  [["Ctrl", "A"], "all"],
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
