// Knows when everything in view shows its picture: tests wait for it, and benchmarks measure it.

/** @param {HTMLElement} root gets `data-painted="1"`, as long as it is so */
export function paintedMark(root) {
  let turn = 0;
  let held = true;
  const mark = () => {
    root.dataset.painted = "1";
    performance.mark("il-gallery-painted");
  };
  return {
    /** @param {(HTMLElement|undefined)[]} tiles those in view */
    async look(tiles) {
      const mine = (turn += 1);
      const ready = !held && tiles.every((tile) => tile?.il.ready);
      if (!ready) return delete root.dataset.painted;
      if (root.dataset.painted) return true;
      await Promise.all(tiles.map((tile) => decoded(tile.il.picture)));
      await twoFrames();
      if (mine === turn) mark();
      return mine === turn;
    },
    /** Something else is being looked for: what is in view does not count. */
    hold() {
      held = true;
      turn += 1;
      delete root.dataset.painted;
    },
    release() {
      held = false;
    },
  };
}

const decoded = (picture) => (picture.getAttribute("src") ? picture.decode().catch(() => {}) : null);
const twoFrames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
