// Swipe: a quick, mostly straight movement of one finger. Leaves scrolling and zooming alone.

const SHORTEST_PX = 56;
const LONGEST_MS = 700;

/** Calls `act("left" | "right")` when a finger was swiped across the element. */
export function onSwipe(element, act) {
  let start = null;
  element.addEventListener("pointerdown", (event) => {
    start = event.pointerType === "mouse" || !event.isPrimary ? null : event;
  });
  element.addEventListener("pointercancel", () => (start = null));
  element.addEventListener("pointerup", (event) => {
    if (!start || event.timeStamp - start.timeStamp > LONGEST_MS) return;
    const across = event.clientX - start.clientX;
    const along = Math.abs(event.clientY - start.clientY);
    start = null;
    if (Math.abs(across) > SHORTEST_PX && Math.abs(across) > 2 * along) {
      act(across < 0 ? "left" : "right");
    }
  });
}

/** Calls `act(event)` when a finger rests on an element. A finger that moves scrolls instead. */
export function onLongPress(element, act, { afterMs = 450, slackPx = 8 } = {}) {
  let waiting = 0;
  let from = null;
  const stop = () => clearTimeout(waiting);
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" || !event.isPrimary) return;
    from = event;
    waiting = setTimeout(() => act(event), afterMs);
  });
  element.addEventListener("pointermove", (event) => {
    if (!from) return;
    const moved = Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY);
    if (moved > slackPx) stop();
  });
  for (const type of ["pointerup", "pointercancel", "pointerleave"]) {
    element.addEventListener(type, stop);
  }
  document.addEventListener("scroll", stop, { passive: true, capture: true });
}
