// How large a picture stands on its stage, and which part of it: fitted, or larger and moved.

const STEP = 1.5; // times, a key or a press
const A_NOTCH = 0.0018; // of the logarithm of the scale, a pixel of the wheel
const A_PINCH = 0.012; // and a pixel of a pinch, which browsers tell as a wheel with Ctrl
const MOST = 16; // pixels of the screen a pixel of the picture
const A_STRIDE = 0.2; // of the stage, an arrow key
const STRIDES = { left: [1, 0], right: [-1, 0], up: [0, 1], down: [0, -1] };
const LONG_STRIDES = { "screen up": [0, 4], "screen down": [0, -4] };

export class Zoom {
  #stage;
  #picture;
  #onChange;
  #size = { width: 1, height: 1 };
  #scale = 0; // pixels of the page a pixel of the picture; 0 is fitted
  #at = { x: 0, y: 0 }; // of the picture's corner on the stage

  /** @param {HTMLElement} stage @param {HTMLElement} picture in it @param {() => void} onChange */
  constructor(stage, picture, onChange) {
    [this.#stage, this.#picture, this.#onChange] = [stage, picture, onChange];
    stage.addEventListener("wheel", (event) => this.#turned(event), { passive: false });
  }

  get isZoomed() {
    return this.#scale > 0;
  }

  /** Pixels of the screen a pixel of the picture: 1 is pixel by pixel. */
  get scale() {
    return (this.#scale || this.#fitting) * devicePixelRatio;
  }

  /** Another picture, so many pixels large: fitted. */
  begin({ width, height }) {
    this.#size = { width, height };
    this.fit();
  }

  fit() {
    this.#scale = 0;
    this.lay();
  }

  /** Pixel by pixel, or fitted if it was so; what is under a point stays there. */
  toggle(point) {
    if (this.isZoomed) this.fit();
    else this.#to(1 / devicePixelRatio, point);
  }

  /** One step larger or smaller, no smaller than fitted. */
  step(by, point) {
    this.#to((this.#scale || this.#fitting) * STEP ** by, point);
  }

  /** Go over a picture that is larger than the stage. @returns {boolean} whether it is a way to go */
  stride(to) {
    const stride = STRIDES[to] ?? LONG_STRIDES[to];
    if (stride) this.move(stride[0] * A_STRIDE * this.#stage.clientWidth, stride[1] * A_STRIDE * this.#stage.clientHeight);
    return Boolean(stride);
  }

  move(x, y) {
    this.#at = { x: this.#at.x + x, y: this.#at.y + y };
    this.lay();
  }

  /** Draw it where it is, as far as the stage lets it: it never leaves room at one side only. */
  lay() {
    const scale = this.#scale || this.#fitting;
    const [width, height] = [this.#size.width * scale, this.#size.height * scale];
    this.#at = { x: within(this.#at.x, width, this.#stage.clientWidth), y: within(this.#at.y, height, this.#stage.clientHeight) };
    const { style } = this.#picture;
    [style.width, style.height] = [`${width}px`, `${height}px`];
    style.transform = `translate(${this.#at.x}px, ${this.#at.y}px)`;
    this.#stage.classList.toggle("il-zoomed", this.isZoomed);
    this.#stage.classList.toggle("il-pixels", scale * devicePixelRatio >= 2); // each is to be seen
    this.#onChange();
  }

  get #fitting() {
    const { width, height } = this.#size;
    return Math.min(1, this.#stage.clientWidth / width, this.#stage.clientHeight / height) || 1;
  }

  #to(scale, point = this.#middle()) {
    const before = this.#scale || this.#fitting;
    const wanted = Math.min(scale, Math.max(MOST / devicePixelRatio, this.#fitting));
    if (wanted <= this.#fitting * 1.001) return this.fit();
    const grows = wanted / before;
    this.#at = { x: point.x - (point.x - this.#at.x) * grows, y: point.y - (point.y - this.#at.y) * grows };
    this.#scale = wanted;
    return this.lay();
  }

  #middle() {
    return { x: this.#stage.clientWidth / 2, y: this.#stage.clientHeight / 2 };
  }

  #turned(event) {
    event.preventDefault(); // a pinch would enlarge the page
    const speed = event.ctrlKey ? A_PINCH : A_NOTCH;
    const lines = event.deltaMode ? 16 : 1;
    this.#to((this.#scale || this.#fitting) * Math.exp(-event.deltaY * lines * speed), pointOf(event, this.#stage));
  }
}

/** Where on a stage the pointer is. */
export function pointOf(event, stage) {
  const box = stage.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

const within = (at, length, room) => (length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at)));
