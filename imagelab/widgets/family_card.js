// A member's card: its picture, number and costs, and how many are folded away before and after it.
import { fill, h } from "./dom.js";
import { plain } from "./words.js";

/** A card with nothing on it; `il.ready` once it has been dressed in what is known. */
export function blankCard(id) {
  const card = h("button", { class: "il-card", type: "button", dataset: { id: String(id) } });
  const picture = h("img", { alt: "", draggable: "false" });
  const [number, cost, said, before, after] = ["il-number", "il-cost", "il-said", "il-fold il-before", "il-fold il-after"].map((name) => h("span", { class: name }));
  fill(card, h("span", { class: "il-thumb" }, picture), number, cost, said, before, after);
  card.il = { picture, number, cost, said, before, after, ready: false };
  return card;
}

/** Write on a card what is known of its member; `looks` and `address` may still be on their way. */
export function dress(card, node, looks, address) {
  const { picture, number, cost, said, before, after } = card.il;
  number.textContent = `#${node.id}`;
  cost.textContent = looks ? `Σ ${looks.path_cost}` : "";
  said.textContent = looks ? plain(looks.alt) : "";
  card.title = looks ? `#${node.id}: ${looks.cost}; with all before it ${looks.path_cost}` : "";
  card.setAttribute("aria-label", `#${node.id}${node.state ? `, ${node.state}` : ""}${looks ? `: ${plain(looks.alt)}` : ""}`);
  const shown = looks && !looks.damaged && address;
  if (!shown) picture.removeAttribute("src");
  else if (picture.getAttribute("src") !== shown) picture.src = shown;
  card.classList.toggle("il-is-veiled", Boolean(looks?.flagged));
  before.textContent = node.before ? `+${node.before}` : "";
  after.textContent = node.after ? `+${node.after}` : "";
  before.title = node.before ? `${node.before} more before it` : "";
  after.title = node.after ? `${node.after} more after it` : "";
  card.il.ready = Boolean(looks);
}
