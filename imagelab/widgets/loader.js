// Links MODULES, which stand above in the order they need, and hands over the last one's default.
// A module is linked once a page, however many views ask for it, so that they share its state.
const linked = (globalThis[Symbol.for("imagelab.modules")] ??= new Map());

/** @returns {string} the address of the last module */
function link() {
  const addresses = new Map();
  for (const { name, digest, text } of MODULES) {
    if (!linked.has(digest)) {
      const body = text.replace(/ from "\.\/([\w-]+\.js)";/g, (_, other) => ` from "${addresses.get(other)}";`);
      const parts = [body, `\n//# sourceURL=imagelab/${name}\n`];
      linked.set(digest, URL.createObjectURL(new Blob(parts, { type: "text/javascript" })));
    }
    addresses.set(name, linked.get(digest));
  }
  return [...addresses.values()].at(-1);
}

export default async () => (await import(link())).default;
