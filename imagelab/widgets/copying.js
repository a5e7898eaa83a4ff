// A button that copies a text and says so.
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

const SAID_FOR = 1400; // milliseconds

/** @param {string} label what is copied @param {() => string} text */
export function copyButton(label, text) {
  const said = h("span", { class: "il-hidden-text", role: "status" });
  const drawn = h("span", { class: "il-drawn" }, icon("copy"));
  const press = async () => {
    const done = await copied(text());
    said.textContent = done ? "copied" : "the browser did not let it be copied";
    fill(drawn, icon(done ? "check" : "warning"));
    setTimeout(() => {
      said.textContent = "";
      fill(drawn, icon("copy"));
    }, SAID_FOR);
  };
  const told = { class: "il-button il-plain il-copy", type: "button", "aria-label": label, title: label };
  return h("button", { ...told, on: { click: press } }, drawn, said);
}

/** @returns {Promise<boolean>} whether it is in the clipboard now */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text); // a page over plain http has no clipboard of its own
  }
}

function copiedByHand(text) {
  const field = h("textarea", { style: { position: "fixed", opacity: "0" } });
  field.value = text;
  const focused = document.activeElement;
  (focused?.closest("dialog") ?? document.body).append(field); // beside a modal one nothing can be selected
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus?.();
  return done;
}
