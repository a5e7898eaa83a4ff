// Knows when everything in view shows its picture: tests wait for it, and benchmarks measure it.

const WAITS_AT_MOST = 500; // milliseconds

/** @param {HTMLElement} root gets `data-painted="1"`, as long as it is so */
export function paintedMark(root) {
  let turn = 0;
  let held = true;
  let waiting = [];
  const mark = () => {
    root.dataset.painted = "1";
    performance.mark("il-gallery-painted");
    for (const go of waiting.splice(0)) go();
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
    /** Resolves once everything in view is drawn, which what takes long should not hold up; soon in any case. */
    drawn() {
      if (root.dataset.painted) return Promise.resolve();
      return new Promise((go) => {
        waiting.push(go);
        setTimeout(go, WAITS_AT_MOST);
      });
    },
  };
}

const decoded = (picture) => (picture.getAttribute("src") ? picture.decode().catch(() => {}) : null);
const twoFrames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
