// Icons as inline SVG, drawn with the colour of the text around them.
const SVG = "http://www.w3.org/2000/svg";

/** Each is one or more paths on a field of 16 by 16. */
const PATHS = {
  search: ["M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z", "M10.4 10.4l3.6 3.6"],
  close: ["M4 4l8 8", "M12 4l-8 8"],
  star: ["M8 1.8l1.9 4 4.4.5-3.2 3 .8 4.3L8 11.5l-3.9 2.1.8-4.3-3.2-3 4.4-.5z"],
  reject: ["M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z", "M3.9 3.9l8.2 8.2"],
  copy: ["M5.5 5.5h8v8h-8z", "M10.5 5.5v-3h-8v8h3"],
  warning: ["M8 2l6.5 11.5h-13z", "M8 6.5v3.2", "M8 11.4v.6"],
  clock: ["M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z", "M8 4.5V8l2.5 1.5"],
  check: ["M3 8.5l3.2 3.2L13 5"],
  image: ["M2 3h12v10H2z", "M2 11l3.5-3.5 2.5 2.5 2-2 4 4", "M10.5 5.5a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6z"],
  back: ["M10 3L5 8l5 5"],
  forward: ["M6 3l5 5-5 5"],
  plus: ["M8 3v10", "M3 8h10"],
  minus: ["M3 8h10"],
  down: ["M3 6l5 5 5-5"],
  grid: ["M2.5 2.5h4v4h-4z", "M9.5 2.5h4v4h-4z", "M2.5 9.5h4v4h-4z", "M9.5 9.5h4v4h-4z"],
  table: ["M2 3.5h12", "M2 8h12", "M2 12.5h12"],
  filter: ["M2 3h12l-4.6 5.4v4.1l-2.8 1.2V8.4z"],
  advance: ["M3 3.5l6 4.5-6 4.5z", "M12.5 3.5v9"],
  stack: ["M2.5 6h8v7.5h-8z", "M5 3.5h8.5V11"],
  bin: ["M3 4.5h10", "M6 4.5V3h4v1.5", "M4.5 4.5l.6 9h5.8l.6-9", "M7 7v4", "M9 7v4"],
  pencil: ["M3 13l.6-3L10.5 3 13 5.5 6 12.4z", "M9 4.5L11.5 7"],
  bookmark: ["M4 2.5h8v11l-4-3-4 3z"],
  undo: ["M5.5 3.5L2.5 6.5l3 3", "M2.5 6.5h7a4 4 0 0 1 0 8H7"],
  keys: ["M1.5 4h13v8h-13z", "M4 6.5h.5", "M7 6.5h.5", "M10 6.5h.5", "M12.5 6.5h.1", "M5 9.5h6"],
};

/**
 * @param {keyof typeof PATHS} name
 * @param {{filled?: boolean, size?: number}} [how]
 * @returns {SVGElement} hidden from screen readers: what it means is said beside it
 */
export function icon(name, { filled = false, size = 16 } = {}) {
  const svg = document.createElementNS(SVG, "svg");
  const told = { viewBox: "0 0 16 16", width: size, height: size, fill: filled ? "currentColor" : "none" };
  const drawn = { stroke: "currentColor", "stroke-width": 1.4, "stroke-linecap": "round", "stroke-linejoin": "round" };
  for (const [key, value] of Object.entries({ ...told, ...drawn, "aria-hidden": "true", class: "il-icon" }))
    svg.setAttribute(key, String(value));
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
