// What fingers do: swipe across, rest, pull in one of four directions.

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

const LOCKED_AFTER_PX = 12;
const COMMITS_AT = 0.25; // of the width

/**
 * A finger pulls the element: `pull(direction, share)` while it moves, with the share of the width
 * that it went, then `act(direction)` from a quarter of the width on, else `release()`.
 * Directions are left, right, up and down; the first pixels fix the axis. A second finger, or
 * `isFree()` false, ends it without an act. The element needs touch-action: none.
 */
export function onPull(element, { pull, act, release, isFree }) {
  let start = null;
  let axis = "";
  let reached = null;
  const end = () => {
    if (start) release();
    start = null;
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    if (!event.isPrimary || event.target.closest("button, a")) return end();
    [start, axis, reached] = [isFree() ? event : null, "", null];
  });
  element.addEventListener("pointermove", (event) => {
    if (!start || !event.isPrimary) return;
    const [across, along] = [event.clientX - start.clientX, event.clientY - start.clientY];
    if (!axis && Math.hypot(across, along) < LOCKED_AFTER_PX) return;
    axis ||= Math.abs(across) >= Math.abs(along) ? "x" : "y";
    const went = axis === "x" ? across : along;
    const direction = axis === "x" ? (went > 0 ? "right" : "left") : went > 0 ? "down" : "up";
    const share = Math.abs(went) / element.clientWidth;
    const commits = share >= COMMITS_AT ? direction : null;
    if (commits && commits !== reached) navigator.vibrate?.(10);
    reached = commits;
    pull(direction, share);
  });
  element.addEventListener("pointerup", (event) => {
    if (!start || !event.isPrimary) return;
    start = null;
    if (reached) act(reached);
    else release();
  });
  element.addEventListener("pointercancel", end);
  // Even where nothing scrolls, a quick pull begins a fling, which would swallow the next tap.
  element.addEventListener("touchmove", (event) => event.cancelable && event.preventDefault(), { passive: false });
}
