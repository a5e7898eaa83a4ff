// Which words of a text are new, and which of an earlier one are gone.

const MOST_WORDS = 400; // of either text: the work grows with the product
const ALIKE = 0.3; // with fewer words in common, two texts are not worth comparing

/**
 * @typedef {{text: string, kind: "same"|"new"|"gone"}} Piece
 * @param {string} before @param {string} now
 * @returns {Piece[]|null} in reading order; null where the two have little in common
 */
export function worddiff(before, now) {
  const [old, fresh] = [wordsOf(before), wordsOf(now)];
  if (old.length > MOST_WORDS || fresh.length > MOST_WORDS) return null;
  const pieces = joined(walked(old, fresh, table(old, fresh)));
  const same = pieces.filter(({ kind }) => kind === "same").flatMap(({ text }) => wordsOf(text)).length;
  return same >= ALIKE * Math.max(old.length, fresh.length) ? pieces : null;
}

const wordsOf = (text) => text.match(/\S+\s*/g) ?? [];
const alike = (one, other) => one.trim() === other.trim();

/** How many words the rests of both have in common, from each pair of places on. */
function table(old, fresh) {
  const width = fresh.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = fresh.length - 1; j >= 0; j -= 1)
      common[i * width + j] = alike(old[i], fresh[j])
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
  return (i, j) => common[i * width + j];
}

function walked(old, fresh, common) {
  const pieces = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && alike(old[i], fresh[j])) {
      pieces.push({ text: fresh[j], kind: "same" });
      [i, j] = [i + 1, j + 1];
    } else if (j >= fresh.length || (i < old.length && common(i + 1, j) >= common(i, j + 1))) pieces.push({ text: old[i++], kind: "gone" });
    else pieces.push({ text: fresh[j++], kind: "new" });
  }
  return pieces;
}

function joined(pieces) {
  const runs = [];
  for (const piece of pieces) {
    if (runs.at(-1)?.kind === piece.kind) runs.at(-1).text += piece.text;
    else runs.push({ ...piece });
  }
  return runs;
}
