// The ways between members, as lines with the word for what was done.
import { CARD, place } from "./family_places.js";

const DASHED = new Set(["reference", "regenerate", "mask"]);
const SVG = "http://www.w3.org/2000/svg";

/** The line from a parent to its child, and the word on it. */
export function way([parent, child, word], nodes, selected) {
  const [from, to] = [place(nodes.get(parent)), place(nodes.get(child))];
  const [x, y, toX, toY] = [from.x + CARD.width, from.y + CARD.height / 2, to.x, to.y + CARD.height / 2];
  const bend = Math.max((toX - x) / 2, 40);
  const rejected = nodes.get(child).state === "rejected";
  const kinds = `il-way${DASHED.has(word) ? " il-dashed" : ""}${rejected ? " il-is-rejected" : ""}${child === selected ? " il-is-chosen" : ""}`;
  const path = svg("path", { class: kinds, d: `M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}` });
  const label = svg("text", { class: "il-word", x: (x + toX) / 2, y: (y + toY) / 2 - 5, "text-anchor": "middle", "data-parent": parent, "data-child": child });
  label.textContent = word;
  return [path, label];
}

/** An element of a drawing. */
export function svg(tag, told) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(told)) made.setAttribute(name, String(value));
  return made;
}
