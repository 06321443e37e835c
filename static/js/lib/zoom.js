// Zoom and pan of one or two pictures at once: the same part of both is seen.

const MOST = 16;

/** Pictures fill elements of one size; places are shares of that size, from its middle. */
export class Zoom {
  constructor(pictures) {
    this.pictures = pictures;
    this.reset();
  }

  get isZoomed() {
    return this.scale > 1.01;
  }

  reset() {
    Object.assign(this, { scale: 1, x: 0, y: 0 });
    this.draw();
  }

  /** Zoom so that the point (x, y) stays where it is. */
  to(scale, x, y) {
    const next = Math.min(Math.max(scale, 1), MOST);
    this.x = x - ((x - this.x) * next) / this.scale;
    this.y = y - ((y - this.y) * next) / this.scale;
    this.scale = next;
    this.draw();
  }

  moveBy(x, y) {
    this.x += x;
    this.y += y;
    this.draw();
  }

  draw() {
    const most = (this.scale - 1) / 2;
    this.x = Math.min(most, Math.max(-most, this.x));
    this.y = Math.min(most, Math.max(-most, this.y));
    for (const each of this.pictures) {
      each.style.transform = this.isZoomed
        ? `translate(${this.x * 100}%, ${this.y * 100}%) scale(${this.scale})`
        : "";
    }
  }
}

/** Where in the half of the stage under it a pointer is, in shares from the middle of that half. */
export function placeIn(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return {
    x: (clientX - box.left) / box.width - 0.5,
    y: (clientY - box.top) / box.height - 0.5,
  };
}
