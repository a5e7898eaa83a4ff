// Words for people: counts, times, and foreign text in which nothing stays hidden.

// Controls, text that steers direction, private and lone halves: what a reader would not see.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;
const HARMLESS = new Set(["\n", "\t", "\u200c", "\u200d"]); // the last two join letters and emoji

/** Foreign text with the number in place of each character that would not be seen. */
export function plain(text) {
  return String(text ?? "").replace(UNSEEN, (found) => (HARMLESS.has(found) ? found : numbered(found)));
}

/** The beginning of a foreign text, and how much more there is: a megabyte of words takes seconds to lay out. */
export function clipped(text, most) {
  const whole = String(text ?? "");
  if (whole.length <= most) return plain(whole);
  return `${plain(whole.slice(0, most))} … and ${grouped(whole.length - most)} characters more`;
}

/** Fonts have no picture for most of them. */
function numbered(character) {
  return `\u27e8U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
}

/** `counted(1200, "asset")` is "1,200 assets". */
export function counted(number, noun) {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** A number with commas, as the rest of the house writes it. */
export function grouped(number) {
  return number.toLocaleString("en-US");
}

const STEPS = [
  ["year", "years", 31_557_600],
  ["month", "months", 2_629_800],
  ["day", "days", 86_400],
  ["h", "h", 3_600],
  ["min", "min", 60],
];

/** How long ago a moment was: "2 h ago", "3 days ago". */
export function ago(moment, now = Date.now()) {
  const seconds = (now - new Date(moment).getTime()) / 1000;
  const step = STEPS.find(([, , length]) => seconds >= length);
  if (!step) return "just now";
  const count = Math.floor(seconds / step[2]);
  return `${count} ${count === 1 ? step[0] : step[1]} ago`;
}

/** A moment in full, in the reader's own zone. */
export function inFull(moment) {
  return new Date(moment).toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
}

/** Python counts characters, JavaScript halves of some: from one to the other and back. */
export const toUnits = (text, characters) => [...text].slice(0, characters).join("").length;
export const toCharacters = (text, units) => [...text.slice(0, units)].length;

/** What waits for a busy kernel: changes, or questions. */
export function busyWords(changes, questions) {
  if (changes) return `kernel busy: ${counted(changes, "change")} wait${changes === 1 ? "s" : ""}`;
  return questions ? "kernel busy: waiting for its answer" : "";
}
