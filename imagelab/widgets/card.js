// One card of the board: a generation with what came of it, or what became of it.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { newProgress, paintProgress, time } from "./progress.js";
import { counted, plain } from "./words.js";

export const OPEN = ["queued", "running"];
const SIGNS = {
  queued: "clock",
  running: "clock",
  succeeded: "check",
  partial: "warning",
  failed: "warning",
  cancelled: "reject",
  unknown: "warning",
};
const SOURCE = / (reported|computed|estimated)$/;

/**
 * @typedef {{id: number, sha: string, cost: string, rating: number|null, rejected?: boolean, alt: string,
 *   width: number, height: number, damaged: boolean, flagged?: boolean}} Asset
 * @typedef {{id: number, status: string, prompt: string, offer: string, n: number, arrived: number,
 *   price: string, seconds: number|null, error: string|null, asked?: string, usual: number|null,
 *   free: boolean, rough: boolean, again: boolean, assets: Asset[]}} Told
 */

/**
 * @param {number} id @param {import("./card_acts.js").CardActs} acts
 * @returns {HTMLElement} an empty card, to be painted
 */
export function newCard(id, acts) {
  const il = {
    prompt: h("div", { class: "il-card-prompt", dir: "auto" }),
    status: h("span", { class: "il-card-status" }),
    facts: h("span", { class: "il-card-facts" }),
    progress: newProgress(),
    acts,
    trouble: h("div", { class: "il-card-trouble", dir: "auto" }),
    pictures: h("div", { class: "il-shots", role: "listbox", "aria-multiselectable": "true" }),
    chosen: h("div", { class: "il-chosen" }),
    shots: new Map(),
  };
  const line = h("div", { class: "il-card-line" }, il.status, il.facts);
  const words = h("div", { class: "il-card-words" }, il.prompt, line, il.progress, il.trouble, acts.element, il.chosen);
  const card = h("article", { class: "il-card", dataset: { id } }, il.pictures, words);
  return Object.assign(card, { il });
}

/**
 * @param {HTMLElement} card @param {Told} told
 * @param {{elapsed: number, fraction: number|null, address: string}} open seconds, what the vendor
 *   says, and a rough picture's address, while it is under way
 */
export function paintCard(card, told, open) {
  const { il } = card;
  card.dataset.status = told.status;
  const prompt = plain(told.prompt);
  il.prompt.textContent = prompt;
  il.prompt.title = prompt;
  il.pictures.setAttribute("aria-label", `images of g${told.id}: ${prompt}`);
  paintStatus(card, told, open);
  il.acts.paint(told, OPEN.includes(told.status));
  const facts = [`g${told.id}`, told.offer, counted(told.n, "image"), told.asked, told.price];
  il.facts.textContent = plain(facts.filter(Boolean).join(" · "));
  const trouble = troubleOf(told);
  il.trouble.textContent = trouble;
  il.trouble.hidden = !trouble;
}

/** The part that changes while nothing comes: how long it has been. */
export function paintStatus(card, told, open) {
  const isOpen = OPEN.includes(told.status);
  fill(card.il.status, icon(SIGNS[told.status] ?? "warning", { size: 14 }), statusOf(told, open.elapsed));
  paintProgress(card.il.progress, isOpen ? { ...told, ...open } : null);
  const empty = card.il.pictures.querySelector(".il-empty");
  if (empty) paintRough(empty, open.address);
}

/** A picture that its vendor sent ahead is blurred, since it is no image yet. */
function paintRough(place, address) {
  const shown = place.firstChild;
  if (!address) return fill(place);
  if (shown?.getAttribute("src") === address) return;
  fill(place, h("img", { alt: "a rough picture, not kept", src: address, draggable: "false" }));
}

function statusOf({ status, n, arrived, seconds, usual }, elapsed) {
  const took = seconds >= 0.05 ? ` in ${seconds.toFixed(1)} s` : "";
  const words = {
    queued: `waiting, ${Math.floor(elapsed)} s`,
    running: arrived ? `${arrived} of ${n} came, ${time({ elapsed, usual })}` : `running, ${time({ elapsed, usual })}`,
    succeeded: `done${took}`,
    partial: `${arrived} of ${n} came${took}`,
    failed: `failed${took}`,
    cancelled: "cancelled",
    unknown: "outcome unknown",
  };
  return words[status] ?? status;
}

function troubleOf({ status, error }) {
  if (error) return plain(error);
  return status === "failed" || status === "unknown" ? "it says no more than that" : "";
}

/**
 * @param {HTMLElement} card @param {Told} told
 * @param {{address: (sha: string) => string|undefined, marks: (asset: Asset) => {rating: number, rejected: boolean},
 *   veils: (asset: Asset) => boolean, selected: Set<number>, current: number|null}} seen
 */
export function paintShots(card, told, seen) {
  const { pictures, shots } = card.il;
  for (const asset of told.assets) {
    if (!shots.has(asset.id)) {
      shots.set(asset.id, newShot(asset));
      pictures.insertBefore(shots.get(asset.id), pictures.querySelector(".il-empty"));
    }
    paintShot(shots.get(asset.id), asset, seen);
  }
  const missing = OPEN.includes(told.status) ? told.n - told.assets.length : 0;
  const empty = [...pictures.querySelectorAll(".il-empty")];
  for (const one of empty.slice(Math.max(0, missing))) one.remove();
  for (let more = Math.min(missing, 12) - empty.length; more > 0; more -= 1) pictures.append(h("div", { class: "il-empty" }));
  pictures.hidden = !pictures.childElementCount;
}

function newShot(asset) {
  const image = h("img", { alt: "", decoding: "async", draggable: "false" });
  const words = h("span", { class: "il-shot-words" });
  const stars = h("span", { class: "il-shot-stars" });
  const cost = h("span", { class: "il-shot-cost" });
  const label = h("span", { class: "il-shot-label" }, h("span", {}, `#${asset.id}`), cost);
  const ratio = Math.min(2.4, Math.max(0.42, asset.width / asset.height || 1));
  const shot = h("div", { class: "il-shot il-squares", role: "option", tabindex: "-1", draggable: "true", dataset: { id: asset.id } }, image, words, stars, label);
  shot.style.setProperty("--il-ratio", String(ratio));
  return Object.assign(shot, { il: { image, words, stars, label, cost } });
}

function paintShot(shot, asset, { address, marks, veils, selected, current }) {
  const { rating, rejected } = marks(asset);
  const source = address(asset.sha);
  const veiled = veils(asset);
  if (source && shot.il.image.getAttribute("src") !== source) shot.il.image.src = source;
  shot.il.image.alt = plain(asset.alt);
  shot.il.cost.textContent = `\u00a0· ${worth(asset)}`;
  shot.il.label.title = `#${asset.id} · ${asset.cost}`;
  shot.classList.toggle("il-lacking", !source);
  const words = asset.damaged ? "damaged" : veiled && source ? "flagged · click to see" : "";
  fill(shot.il.words, words && icon("warning", { size: 14 }), words);
  shot.classList.toggle("il-is-veiled", veiled);
  fill(shot.il.stars, ...Array.from({ length: rating }, () => icon("star", { filled: true, size: 11 })), rejected && icon("close", { size: 12 }));
  shot.classList.toggle("il-is-rejected", rejected);
  shot.classList.toggle("il-is-selected", selected.has(asset.id));
  const said = [`#${asset.id}`, asset.cost, rating ? counted(rating, "star") : "", rejected ? "rejected" : "", asset.flagged ? "flagged" : "", asset.damaged ? "damaged" : ""];
  shot.setAttribute("aria-label", `${said.filter(Boolean).join(", ")}: ${plain(asset.alt)}`);
  shot.setAttribute("aria-selected", String(selected.has(asset.id)));
  shot.tabIndex = asset.id === current ? 0 : -1;
}

/** A cost in a few digits; it stands in full where the picture's facts are. */
function worth({ cost }) {
  return cost.replace(SOURCE, "").replace(/\$([\d,]+\.\d+)/, (_, digits) => `$${shortened(digits)}`);
}

function shortened(digits) {
  const amount = Number(digits.replaceAll(",", ""));
  const places = amount > 0 ? Math.max(2, 2 - Math.floor(Math.log10(amount))) : 2;
  return amount.toFixed(places).replace(/(\.\d\d+?)0+$/, "$1");
}
