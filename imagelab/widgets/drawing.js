// Everything that is shown, drawn once from what is known now.

const SKELETON = 60; // tiles that stand for those to come

/**
 * @param {Record<string, any>} parts of the gallery
 * @param {{root: HTMLElement, traits: import("./traits.js").Traits, seen: object|null, sums: object, trouble: string,
 *   busy: string, sheet: boolean}} now `seen` is what inspector and viewer show, `trouble` why there is nothing at all
 */
export function draw(parts, { root, traits, seen, sums, trouble, busy, sheet }) {
  const { pages, grid, selection, status, notices, inspector, viewer, toolbar, head, side } = parts;
  const empty = pages.begun && pages.counted && !pages.length;
  root.classList.toggle("il-begun", pages.begun);
  root.classList.toggle("il-sheet-open", sheet && Boolean(seen));
  grid.show({ length: pages.begun ? pages.length : trouble ? 0 : SKELETON, cursor: selection.cursor });
  notices.show({ empty, query: pages.query, trouble, hint: pages.hint });
  status.show(sums);
  status.busy(busy);
  const [layout, stacks, advance] = ["view", "stacks", "auto_advance"].map((name) => traits.of(name));
  toolbar.show({ query: pages.query, layout, stacks, advance, facets: side.isShown });
  head.show(pages.query);
  side.show(pages);
  inspector.show(seen);
  viewer.show(seen);
  if (pages.begun) traits.say({ total: pages.counted ? pages.positions.total : null });
}
