// The graph: members as cards in columns, the ways between them as lines. Only what is in sight
// is in the page; from far away members are dots on one canvas.
import { h } from "./dom.js";
import { blankCard, dress } from "./family_card.js";
import { CARD, crosses, extent, isIn, MARGIN, place } from "./family_places.js";
import { svg, way } from "./family_ways.js";

const [NEAREST, FURTHEST, STEP] = [2, 0.02, 1.25];
const DOTS_BELOW = 0.28; // where words cannot be read any more
const A_DRAG = 4; // pixels; less is a click

export class FamilyCanvas {
  element;
  #given;
  #plane = h("div", { class: "il-plane" });
  #ways = svg("svg", { class: "il-ways", "aria-hidden": "true" });
  #dots = h("canvas", { class: "il-dots", "aria-hidden": "true" });
  #cards = new Map(); // id -> element
  #kin;
  #selected = 0;
  #eye = { zoom: 1, x: 0, y: 0 };
  #frame = 0;
  #held = null; // where the selected one was drawn last: it stays there when the family grows
  #unsettled = 0; // to be settled on once there is room: a notebook draws what is out of sight without any
  #watch = new ResizeObserver(() => this.#resized());
  #sighted = new IntersectionObserver(() => this.#resized()); // taken out and put back, its size is as before

  /** @param {{onSelect: (id: number) => void, onWay: (parent: number, child: number) => void,
   *   onUnfold: (id: number) => void, onOpen: (id: number) => void}} given */
  constructor(given) {
    this.#given = given;
    this.#plane.append(this.#ways);
    this.element = h("div", { class: "il-graph" }, this.#dots, this.#plane);
    this.element.addEventListener("pointerdown", (event) => this.#grab(event));
    this.element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.element.addEventListener("click", (event) => this.#click(event));
    this.#watch.observe(this.element);
    this.#sighted.observe(this.element);
  }

  /** @param {import("./kin.js").Kin} kin */
  show(kin, selected) {
    this.#kin = kin;
    this.#selected = selected;
    const node = kin.nodes.get(selected);
    if (node && this.#held?.id === selected) {
      const now = place(node);
      const { zoom, x, y } = this.#eye;
      this.#eye = { zoom, x: x + (this.#held.x - now.x) * zoom, y: y + (this.#held.y - now.y) * zoom };
    }
    this.draw();
  }

  select(id) {
    this.#selected = id;
    this.draw();
  }

  focusCard() {
    this.#cards.get(this.#selected)?.focus({ preventScroll: true });
  }

  /** The whole family in sight, as large as it goes. */
  fit() {
    const { width, height } = this.#room();
    const whole = extent(this.#kin.size);
    const zoom = within(Math.min(width / whole.width, height / whole.height), FURTHEST, 1);
    this.#look({ zoom, x: (width - whole.width * zoom) / 2, y: (height - whole.height * zoom) / 2 });
  }

  /** One member in the middle. */
  centre(id, zoom = this.#eye.zoom) {
    const node = this.#kin.nodes.get(id);
    if (!node) return this.fit();
    const { width, height } = this.#room();
    const { x, y } = place(node);
    this.#look({ zoom, x: width / 2 - (x + CARD.width / 2) * zoom, y: height / 2 - (y + CARD.height / 2) * zoom });
  }

  /** All of it where there is room for it at a size one can read, else what is looked at. */
  settle(id) {
    this.#unsettled = this.element.clientWidth ? 0 : id;
    const { width, height } = this.#room();
    const whole = extent(this.#kin.size);
    if (Math.min(width / whole.width, height / whole.height) > 0.55) this.fit();
    else this.centre(id, 0.8);
  }

  /** Move as little as it takes to have a member in sight. */
  reveal(id) {
    const node = this.#kin.nodes.get(id);
    if (!node) return;
    const { width, height } = this.#room();
    const { zoom } = this.#eye;
    const at = place(node);
    const [left, top] = [at.x * zoom + this.#eye.x, at.y * zoom + this.#eye.y];
    const x = this.#eye.x + Math.max(0, 12 - left) - Math.max(0, left + CARD.width * zoom - width + 12);
    const y = this.#eye.y + Math.max(0, 12 - top) - Math.max(0, top + CARD.height * zoom - height + 12);
    this.#look({ zoom, x, y });
  }

  zoom(times, around = this.#middle()) {
    const zoom = within(this.#eye.zoom * times, FURTHEST, NEAREST);
    const grown = zoom / this.#eye.zoom;
    this.#look({ zoom, x: around.x - (around.x - this.#eye.x) * grown, y: around.y - (around.y - this.#eye.y) * grown });
  }

  step(times) {
    this.zoom(times > 0 ? STEP : 1 / STEP);
  }

  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#watch.disconnect();
    this.#sighted.disconnect();
  }

  #resized() {
    if (this.#unsettled && this.element.clientWidth) this.settle(this.#unsettled);
    else this.draw();
  }

  #draw() {
    if (!this.#kin || !this.element.clientWidth) return;
    const chosen = this.#kin.nodes.get(this.#selected);
    this.#held = chosen ? { id: chosen.id, ...place(chosen) } : null;
    const { zoom, x, y } = this.#eye;
    this.#plane.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
    const sight = this.#sight();
    const seen = [...this.#kin.nodes.values()].filter((node) => isIn(sight, node));
    const far = zoom < DOTS_BELOW;
    this.element.classList.toggle("il-far", far);
    if (far) this.#drawDots(seen);
    else this.#drawCards(seen, sight);
    this.element.dataset.drawn = String(seen.length);
    this.element.dataset.painted = far || seen.every(({ id }) => this.#cards.get(id)?.il.ready) ? "1" : "";
    if (this.element.dataset.painted) performance.mark("il-family-painted");
  }

  #drawCards(seen, sight) {
    const kept = new Set(seen.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (kept.has(id)) continue;
      card.remove();
      this.#cards.delete(id);
    }
    for (const node of seen) this.#drawCard(node);
    const near = this.#kin.edges.filter(([parent, child]) => crosses(sight, this.#kin.nodes.get(parent), this.#kin.nodes.get(child)));
    this.#ways.replaceChildren(...near.flatMap((edge) => way(edge, this.#kin.nodes, this.#selected)));
  }

  #drawCard(node) {
    const card = this.#cards.get(node.id) ?? this.#made(node.id);
    const { x, y } = place(node);
    const looks = this.#kin.looks(node.id);
    const address = looks && this.#kin.pictures.address(looks.sha);
    card.style.transform = `translate(${x}px, ${y}px)`;
    card.className = `il-card${node.state ? ` il-is-${node.state}` : ""}${node.id === this.#kin.sums.focus ? " il-is-focus" : ""}`;
    card.setAttribute("aria-current", String(node.id === this.#selected));
    card.tabIndex = node.id === this.#selected ? 0 : -1;
    dress(card, node, looks, address);
  }

  #made(id) {
    const card = blankCard(id);
    this.#cards.set(id, card);
    this.#plane.append(card);
    return card;
  }

  #drawDots(seen) {
    for (const card of this.#cards.values()) card.remove();
    this.#cards.clear();
    this.#ways.replaceChildren();
    const { width, height } = this.#room();
    const scale = devicePixelRatio || 1;
    Object.assign(this.#dots, { width: width * scale, height: height * scale });
    const pen = this.#dots.getContext("2d");
    const style = getComputedStyle(this.element);
    const { zoom, x, y } = this.#eye;
    pen.setTransform(zoom * scale, 0, 0, zoom * scale, x * scale, y * scale);
    pen.strokeStyle = style.getPropertyValue("--il-line");
    pen.lineWidth = 1 / zoom;
    pen.beginPath();
    for (const [parent, child] of this.#kin.edges) {
      const [from, to] = [place(this.#kin.nodes.get(parent)), place(this.#kin.nodes.get(child))];
      pen.moveTo(from.x + CARD.width, from.y + CARD.height / 2);
      pen.lineTo(to.x, to.y + CARD.height / 2);
    }
    pen.stroke();
    for (const node of seen) {
      const mine = node.id === this.#selected || node.id === this.#kin.sums.focus;
      pen.fillStyle = style.getPropertyValue(mine ? "--il-accent" : node.state === "rejected" ? "--il-line" : "--il-quiet");
      const at = place(node);
      pen.fillRect(at.x, at.y, CARD.width, CARD.height);
    }
  }

  #click(event) {
    if (this.#dragged) return;
    const fold = event.target.closest(".il-fold");
    const card = event.target.closest(".il-card");
    const { parent, child } = event.target.dataset ?? {};
    if (fold) this.#given.onUnfold(Number(card.dataset.id) * (fold.classList.contains("il-before") ? -1 : 1));
    else if (card) this.#given.onSelect(Number(card.dataset.id));
    else if (child) this.#given.onWay(Number(parent), Number(child));
    else if (this.element.classList.contains("il-far")) this.#clickDot(event);
  }

  #clickDot(event) {
    const bounds = this.element.getBoundingClientRect();
    const { zoom, x, y } = this.#eye;
    const at = { x: (event.clientX - bounds.left - x) / zoom, y: (event.clientY - bounds.top - y) / zoom };
    const near = [...this.#kin.nodes.values()].find((node) => isIn({ left: at.x, right: at.x, top: at.y, bottom: at.y }, node));
    if (!near) return this.zoom(2, { x: event.clientX - bounds.left, y: event.clientY - bounds.top });
    this.#given.onSelect(near.id);
    this.centre(near.id, 0.8);
  }

  #dragged = false;

  #grab(event) {
    if (event.button !== 0) return;
    const start = { ...this.#eye, left: event.clientX, top: event.clientY };
    this.#dragged = false;
    const move = (moved) => {
      const [across, down] = [moved.clientX - start.left, moved.clientY - start.top];
      if (!this.#dragged && Math.hypot(across, down) < A_DRAG) return;
      if (!this.#dragged) this.element.setPointerCapture(event.pointerId);
      this.#dragged = true;
      this.#look({ ...this.#eye, x: start.x + across, y: start.y + down });
    };
    const end = () => {
      this.element.removeEventListener("pointermove", move);
      removeEventListener("pointerup", end, true);
    };
    this.element.addEventListener("pointermove", move);
    addEventListener("pointerup", end, true); // released anywhere
  }

  /** The wheel moves; with Ctrl, as pinching sends it, it zooms. At rest it is the page's. */
  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey && !this.element.contains(document.activeElement)) return;
    event.preventDefault();
    const bounds = this.element.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - bounds.left, y: event.clientY - bounds.top });
    else this.#look({ ...this.#eye, x: this.#eye.x - event.deltaX, y: this.#eye.y - event.deltaY });
  }

  #look(eye) {
    this.#eye = eye;
    this.draw();
  }

  #room() {
    return { width: this.element.clientWidth || 1, height: this.element.clientHeight || 1 };
  }

  #middle() {
    const { width, height } = this.#room();
    return { x: width / 2, y: height / 2 };
  }

  /** What can be seen, in the plane's own measure, with a little around it. */
  #sight() {
    const { width, height } = this.#room();
    const { zoom, x, y } = this.#eye;
    return { left: -x / zoom - MARGIN, top: -y / zoom - MARGIN, right: (width - x) / zoom + MARGIN, bottom: (height - y) / zoom + MARGIN };
  }
}

const within = (value, least, most) => Math.min(most, Math.max(least, value));
