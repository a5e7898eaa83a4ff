// Where the members of a family stand: columns of generations, a row each, all of one size.

export const CARD = { width: 112, height: 142 };
export const MARGIN = 26; // room for what folds stand beside a card
const COLUMN = 208;
const ROW = 158;

/** The upper left corner of a member's card. */
export const place = ({ column, row }) => ({ x: MARGIN + column * COLUMN, y: MARGIN + row * ROW });

/** How large the whole of it is. */
export const extent = ({ columns, rows }) => ({ width: (columns - 1) * COLUMN + CARD.width + 2 * MARGIN, height: (rows - 1) * ROW + CARD.height + 2 * MARGIN });

/** Whether a member's card is within what can be seen. */
export function isIn(sight, node) {
  const { x, y } = place(node);
  return x <= sight.right && x + CARD.width >= sight.left && y <= sight.bottom && y + CARD.height >= sight.top;
}

/** Whether the way between two members may cross what can be seen. */
export function crosses(sight, one, other) {
  const [from, to] = [place(one), place(other)];
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y) + CARD.height];
  return Math.min(from.x, to.x) <= sight.right && Math.max(from.x, to.x) + CARD.width >= sight.left && top <= sight.bottom && bottom >= sight.top;
}
