// Keys and pointers of <photo-compare>.

import { onDragAndPinch } from "./drag-and-pinch.js";
import { listen } from "./keys.js";

const STEP_PX = 60; // an arrow key
const STEP_ZOOM = 1.25;
const WIPE_STEP = 5; // percent
const GLANCE_MS = 300; // a key held longer shows the other photo only as long as it is held

export function listenToPointers(compare) {
  const panes = compare.querySelector("[data-panes]");
  panes.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") compare.pointed = placeOf(compare, event);
  });
  panes.addEventListener("pointerleave", () => (compare.pointed = null));
  panes.addEventListener("dblclick", (event) => {
    compare.pointed = placeOf(compare, event);
    if (compare.pointed) compare.toggleWhole();
  });
  for (const pane of compare.panes) {
    onDragAndPinch(pane.view, {
      drag: (across, along) => compare.moveBy(across, along),
      pinch: (factor, point) => compare.zoomBy(factor, placeOf(compare, point) ?? compare.place()),
      isFree: () => !compare.view.isFitted,
    });
  }
}

/** The pane below an event, and where in it that lies, seen from its middle. */
function placeOf(compare, event) {
  const pane = compare.panes.find((each) => each.view.contains(event.target));
  if (!pane) return null;
  const box = pane.view.getBoundingClientRect();
  return {
    pane,
    across: event.clientX - box.left - box.width / 2,
    along: event.clientY - box.top - box.height / 2,
  };
}

export function listenToKeys(compare) {
  const glance = new Glance(compare);
  const move = (across, along) => (event) => {
    if (compare.view.isFitted || event.target.closest?.("[role=toolbar]")) return false;
    compare.moveBy(across * STEP_PX, along * STEP_PX);
  };
  const acts = {
    b: (event) => event.repeat || glance.begin(event),
    d: () => compare.toggle("difference"),
    w: () => compare.toggle("wipe"),
    g: () => compare.arrange("side"),
    z: () => compare.toggleWhole(),
    h: () => void compare.overlay("histogram"),
    f: () => void compare.overlay("sharpness"),
    n: () => document.querySelector("[data-part]")?.click(),
    s: () => document.querySelector("[data-swap]").click(),
    "+": () => compare.zoomBy(STEP_ZOOM),
    "=": () => compare.zoomBy(STEP_ZOOM),
    "-": () => compare.zoomBy(1 / STEP_ZOOM),
    0: () => compare.fit(),
    ",": () => compare.wipeBy(-WIPE_STEP),
    ".": () => compare.wipeBy(WIPE_STEP),
    ArrowLeft: move(1, 0),
    ArrowRight: move(-1, 0),
    ArrowUp: move(0, 1),
    ArrowDown: move(0, -1),
    Escape: () => leave(compare),
  };
  compare.panes.forEach((pane, place) => (acts[place + 1] = () => compare.choose(pane)));
  listen(acts);
  document.addEventListener("keyup", (event) => event.key === "b" && glance.end(event));
}

/** A key that is tapped changes what is shown; one that is held, only as long as it is held. */
class Glance {
  constructor(compare) {
    this.compare = compare;
    this.since = 0;
  }

  begin(event) {
    this.since = event.timeStamp;
    this.before = this.compare.dataset.mode;
    this.compare.flick();
  }

  end(event) {
    const isHeld = this.since && event.timeStamp - this.since > GLANCE_MS;
    this.since = 0;
    if (!isHeld) return;
    if (this.before === "flicker") this.compare.flick();
    else this.compare.arrange(this.before);
  }
}

function leave(compare) {
  if (compare.dataset.mode !== "side") return compare.arrange("side");
  const back = document.querySelector("[data-back]");
  if (back) back.click();
  else history.back();
}
