// What several panes show at once: one point of all photos, at one apparent size.
//
// A photo is fitted into its pane first; `zoom` is how much larger than that it is drawn. So photos
// of unequal size are looked at at equal apparent size, and a point is a share of the photo.

const MOST_BEYOND_WHOLE = 8; // times the size at which a pixel of the photo is one of the screen

export class SharedView {
  zoom = 1;
  x = 0.5; // the point in the middle of every pane, in shares of the photos
  y = 0.5;

  get isFitted() {
    return this.zoom === 1;
  }

  fit() {
    Object.assign(this, { zoom: 1, x: 0.5, y: 0.5 });
  }

  /** Zoom so that the point of the pane's photo at (across, along), in pixels, stays there. */
  zoomTo(zoom, pane, across, along) {
    const to = Math.min(Math.max(zoom, pane.leastZoom), pane.wholeZoom * MOST_BEYOND_WHOLE);
    this.x += (across / pane.fittedWidth) * (1 / this.zoom - 1 / to);
    this.y += (along / pane.fittedHeight) * (1 / this.zoom - 1 / to);
    this.zoom = to;
    this.keepInside(pane);
  }

  /** Move by pixels of the screen, as a finger drags the photo. */
  moveBy(across, along, pane) {
    this.x -= across / (pane.fittedWidth * this.zoom);
    this.y -= along / (pane.fittedHeight * this.zoom);
    this.keepInside(pane);
  }

  keepInside(pane) {
    this.x = pane.inside(this.x, pane.width, pane.fittedWidth * this.zoom);
    this.y = pane.inside(this.y, pane.height, pane.fittedHeight * this.zoom);
  }
}

/** One photo in its pane: draws what the shared view says. */
export class Pane {
  constructor(element) {
    this.element = element;
    this.view = element.querySelector("[data-view]");
    this.picture = element.querySelector("[data-picture]");
    this.said = element.querySelector("[data-shown]");
    this.sizes = sizesOf(element.dataset);
    this.level = 0;
  }

  get letter() {
    return this.element.dataset.letter;
  }

  /** Take the room of the pane. Call it again when that changed. */
  measure() {
    this.width = this.view.clientWidth;
    this.height = this.view.clientHeight;
    const { width, height } = this.element.dataset;
    const scale = Math.min(this.width / width, this.height / height) || 1;
    this.fittedWidth = width * scale;
    this.fittedHeight = height * scale;
    this.wholeZoom = 1 / (scale * window.devicePixelRatio);
    this.leastZoom = Math.min(1, this.wholeZoom);
  }

  /** A share kept so that no empty border comes into the pane while the photo is larger. */
  inside(share, room, drawn) {
    if (drawn <= room) return 0.5;
    const half = room / 2 / drawn;
    return Math.min(Math.max(share, half), 1 - half);
  }

  draw(view) {
    const width = this.fittedWidth * view.zoom;
    const height = this.fittedHeight * view.zoom;
    const left = this.width / 2 - this.inside(view.x, this.width, width) * width;
    const top = this.height / 2 - this.inside(view.y, this.height, height) * height;
    for (const layer of this.view.querySelectorAll(".pane__layer, [data-picture]")) {
      layer.style.width = `${this.fittedWidth}px`;
      layer.style.height = `${this.fittedHeight}px`;
      layer.style.transform = `translate(${left}px, ${top}px) scale(${view.zoom})`;
    }
    this.said.textContent = view.isFitted ? "" : ` · shown at ${Math.round((100 * view.zoom) / this.wholeZoom)} %`;
    this.#sharpen(width * window.devicePixelRatio);
  }

  /** Load a larger copy once the one that is shown would be blown up. */
  #sharpen(needed) {
    let level = this.level;
    while (level < this.sizes.length - 1 && this.sizes[level].width < needed * 0.95) level += 1;
    if (level === this.level) return;
    this.level = level;
    const larger = new Image();
    larger.src = this.sizes[level].address;
    larger.decode().then(
      () => this.level === level && (this.picture.src = larger.src),
      () => undefined, // what is shown stays
    );
  }
}

function sizesOf({ preview, previewWidth, large, largeWidth, whole, width }) {
  const sizes = [
    { address: preview, width: Number(previewWidth) },
    { address: large, width: Number(largeWidth) },
  ];
  if (whole) sizes.push({ address: whole, width: Number(width) });
  return sizes;
}
