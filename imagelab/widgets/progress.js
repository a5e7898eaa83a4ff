// How far a generation is: in real parts where something was told, else as time that passes
// against what is usual, drawn so that nobody takes it for the truth.
import { h } from "./dom.js";

/** @returns {HTMLElement} an empty bar, to be painted */
export function newProgress() {
  const parts = [h("div", { class: "il-progress-usual" }), h("div", { class: "il-progress-done" })];
  return h("div", { class: "il-progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" }, ...parts);
}

/**
 * @param {HTMLElement} bar
 * @param {{n: number, arrived: number, usual: number|null, elapsed: number, fraction: number|null}|null} how
 *   null where it is over
 */
export function paintProgress(bar, how) {
  bar.hidden = !how;
  if (!how) return;
  const [hatched, solid] = bar.children;
  const real = Math.max(how.arrived / how.n, how.fraction ?? 0);
  const share = how.usual ? Math.min(1, how.elapsed / how.usual) : 1;
  solid.style.width = percent(real);
  hatched.style.width = percent(real ? 1 : share);
  bar.classList.toggle("il-is-timed", !real && Boolean(how.usual) && share < 1);
  if (real) bar.setAttribute("aria-valuenow", String(Math.round(100 * real)));
  else bar.removeAttribute("aria-valuenow"); // nobody knows how far it is
  bar.setAttribute("aria-label", spoken(how, real));
}

/** How long it has been, beside how long such a thing takes. */
export function time({ elapsed, usual }) {
  const so = `${Math.floor(elapsed)} s`;
  if (!usual) return so;
  const about = usual < 10 ? usual.toFixed(1).replace(/\.0$/, "") : String(Math.round(usual));
  return elapsed > usual ? `${so}; ${about} s is usual` : `${so} of about ${about} s`;
}

function spoken({ n, arrived, fraction, usual }, real) {
  if (arrived) return `${arrived} of ${n} images came`;
  if (fraction) return `${percent(real)} done, as the provider says`;
  return usual ? "no image came yet; the bar is time against what is usual" : "no image came yet";
}

const percent = (share) => `${Math.round(100 * share)}%`;
