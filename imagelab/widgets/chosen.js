// What is known of the picture one stands on, and what can be done with it.
import { copyButton } from "./copying.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { starButtons } from "./stars.js";
import { plain } from "./words.js";

/**
 * @param {HTMLElement} place where it stands, below a card's words
 * @param {import("./card.js").Asset|undefined} asset
 * @param {{rating: number, rejected: boolean}} marks
 * @param {{rate: (id: number, stars: number) => void, reject: (id: number, rejected: boolean) => void, open: (id: number) => void}} acts
 */
export function paintChosen(place, asset, marks, acts) {
  place.hidden = !asset;
  if (!asset) {
    place.il = null;
    return fill(place);
  }
  if (place.il?.id !== asset.id) place.il = made(place, asset, acts);
  place.il.rejected = marks.rejected;
  place.il.stars.show(marks.rating);
  place.il.cross.title = marks.rejected ? "take it back in (x)" : "reject (x)";
  place.il.cross.setAttribute("aria-pressed", String(marks.rejected));
}

function made(place, asset, acts) {
  const call = `lab.asset(${asset.id})`;
  const il = { id: asset.id, rejected: false, stars: starButtons((stars) => acts.rate(asset.id, stars)) };
  il.cross = button("reject", "reject", () => acts.reject(asset.id, !il.rejected));
  const size = asset.width ? `${asset.width}×${asset.height} · ` : "";
  fill(
    place,
    h("span", { class: "il-chosen-facts" }, plain(`#${asset.id} · ${size}${asset.cost}`)),
    h("span", { class: "il-chosen-acts" }, il.stars.element, il.cross, button("image", "larger (Enter)", () => acts.open(asset.id))),
    h("span", { class: "il-chosen-call" }, h("code", { class: "il-mono" }, call), copyButton(`copy ${call}`, () => call)),
  );
  return il;
}

function button(sign, title, press) {
  return h("button", { class: "il-button il-plain", type: "button", title, "aria-label": title, on: { click: press } }, icon(sign));
}
