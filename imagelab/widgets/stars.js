// Five stars to press; the one that is lit last is pressed again to take them away.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

/** @param {(stars: number) => void} onRate @returns {{element: HTMLElement, show: (rating: number) => void}} */
export function starButtons(onRate) {
  let rating = 0;
  const press = (stars) => onRate(stars === rating ? 0 : stars);
  const buttons = [1, 2, 3, 4, 5].map((stars) => {
    const label = `${stars} star${stars === 1 ? "" : "s"}`;
    return h("button", { class: "il-star", type: "button", "aria-label": label, title: `${label} (${stars})`, on: { click: () => press(stars) } });
  });
  const show = (given) => {
    rating = given;
    buttons.forEach((button, index) => {
      fill(button, icon("star", { filled: index < rating }));
      button.classList.toggle("il-lit", index < rating);
      button.setAttribute("aria-pressed", String(index + 1 === rating));
    });
  };
  return { element: h("span", { class: "il-star-row", role: "group", "aria-label": "rating" }, ...buttons), show };
}
