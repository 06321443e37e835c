// The stage: one photo large, or two halves that are zoomed together. Inline on a phone, and in the
// full view.

import { Zoom, placeIn } from "./zoom.js";

export class Stage {
  constructor(element, size) {
    this.element = element;
    this.size = size; // "preview" or "large"
    this.halves = [...element.querySelectorAll("[data-half]")];
    this.pictures = this.halves.map((each) => each.querySelector("[data-picture]"));
    this.zoom = new Zoom(this.pictures);
    this.isPaired = false;
    this.#listen();
  }

  /** Show a photo, and the cover in the other half where the two are paired. */
  show(photo, cover, address = photo.dataset[this.size]) {
    this.shown = photo;
    this.#draw(0, photo, address);
    const beside = this.isPaired && cover !== photo ? cover : null;
    this.halves[1].hidden = !beside;
    if (beside) this.#draw(1, beside, beside.dataset[this.size]);
  }

  /** One pixel of the photo is one of the screen, around the place of the pointer. */
  toWhole(event) {
    if (this.zoom.isZoomed) return this.zoom.reset();
    const { clientWidth, clientHeight } = this.pictures[0];
    const { width, height } = this.shown.dataset;
    const fitted = Math.min(clientWidth / width, clientHeight / height);
    const { x, y } = this.pointer(event);
    return this.zoom.to(1 / (fitted * window.devicePixelRatio), x, y);
  }

  pointer(event) {
    if (!event) return { x: 0, y: 0 };
    const half = this.halves.find((each) => !each.hidden && each.contains(event.target));
    return placeIn(half ?? this.halves[0], event);
  }

  #draw(place, photo, address) {
    const picture = this.pictures[place];
    if (picture.getAttribute("src") !== address) picture.src = address;
    picture.alt = photo.dataset.name;
    const { percentSaid } = photo.dataset;
    this.halves[place].querySelector("[data-said]").textContent = `${percentSaid} · ${photo.dataset.name}`;
  }

  #listen() {
    const fingers = new Map();
    this.fingers = fingers;
    this.element.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, event);
      if (event.pointerType === "mouse" && this.zoom.isZoomed) event.preventDefault();
    });
    this.element.addEventListener("pointermove", (event) => {
      this.lastPointer = event;
      const before = fingers.get(event.pointerId);
      if (!before) return;
      fingers.set(event.pointerId, event);
      const other = [...fingers.values()].find((each) => each.pointerId !== event.pointerId);
      if (other) this.#pinch(before, event, other);
      else if (this.zoom.isZoomed) this.#drag(before, event);
    });
    for (const type of ["pointerup", "pointercancel", "pointerleave"]) {
      this.element.addEventListener(type, (event) => fingers.delete(event.pointerId));
    }
    this.element.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const { x, y } = this.pointer(event);
        this.zoom.to(this.zoom.scale * Math.exp(-event.deltaY / 400), x, y);
      },
      { passive: false },
    );
  }

  #pinch(before, now, other) {
    const apart = (a, b) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) || 1;
    const middle = {
      target: now.target,
      clientX: (now.clientX + other.clientX) / 2,
      clientY: (now.clientY + other.clientY) / 2,
    };
    const { x, y } = this.pointer(middle);
    this.zoom.to((this.zoom.scale * apart(now, other)) / apart(before, other), x, y);
  }

  #drag(before, now) {
    const { clientWidth, clientHeight } = this.halves[0];
    this.zoom.moveBy(
      (now.clientX - before.clientX) / clientWidth,
      (now.clientY - before.clientY) / clientHeight,
    );
  }
}
