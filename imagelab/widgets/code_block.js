// A block of code, as text, with buttons that copy it and put it into a cell.
import { copyButton } from "./copying.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { insertCell } from "./inserting.js";

const NOTHING = "as it stands, nothing would be sent";
const SAID_FOR = 4000; // milliseconds

function render({ model, el }) {
  el.classList.add("il-code-block");
  const text = h("code", {});
  const said = h("span", { class: "il-quiet il-code-said", role: "status" });
  const copy = copyButton("copy the code", () => model.get("code"));
  const insert = h("button", { class: "il-button il-plain", type: "button", title: "put it into a new cell below", on: { click: put } }, icon("plus", { size: 14 }), "Insert");
  copy.append("Copy");
  const head = h("div", { class: "il-code-head" }, h("span", { class: "il-quiet il-code-title" }, "The same as code"), insert, copy);
  fill(el, head, h("pre", { class: "il-code", tabindex: "0", "aria-label": "the same as code" }, text), said);

  async function put() {
    said.textContent = await insertCell(el, model.get("code"));
    setTimeout(() => (said.textContent = ""), SAID_FOR);
  }

  function show() {
    const code = model.get("code");
    text.textContent = code || NOTHING;
    text.classList.toggle("il-quiet", !code);
    copy.disabled = insert.disabled = !code;
  }
  model.on("change:code", show);
  show();
  return () => model.off("change:code", show);
}

export default { render };
