// A block of code, as text, with a button that copies it.
import { copyButton } from "./copying.js";
import { fill, h } from "./dom.js";

const NOTHING = "as it stands, nothing would be sent";

function render({ model, el }) {
  el.classList.add("il-code-block");
  const text = h("code", {});
  const copy = copyButton("copy the code", () => model.get("code"));
  copy.append("Copy");
  const head = h("div", { class: "il-code-head" }, h("span", { class: "il-quiet" }, "The same as code"), copy);
  fill(el, head, h("pre", { class: "il-code", tabindex: "0", "aria-label": "the same as code" }, text));

  function show() {
    const code = model.get("code");
    text.textContent = code || NOTHING;
    text.classList.toggle("il-quiet", !code);
    copy.disabled = !code;
  }
  model.on("change:code", show);
  show();
  return () => model.off("change:code", show);
}

export default { render };
