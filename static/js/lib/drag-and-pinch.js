// One finger or the mouse drags, two fingers pinch, the wheel zooms. Points are in pixels of the page.

/**
 * Calls `drag(across, along)` and `pinch(factor, point)`.
 *
 * While `isFree()` is false one finger is left to the browser, so that the page scrolls; the
 * element's touch-action has to say the same.
 */
export function onDragAndPinch(element, { drag, pinch, isFree }) {
  const fingers = new Map();
  let moved = false;

  element.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    fingers.set(event.pointerId, event);
    if (fingers.size === 1) moved = false;
  });
  element.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (fingers.size === 1) {
      if (!isFree()) return;
      if (!moved && Math.hypot(dx, dy) < 3) return;
      element.setPointerCapture(event.pointerId);
      drag(dx, dy);
    } else {
      const other = [...fingers.values()].find((each) => each.pointerId !== event.pointerId);
      const now = distance(event, other);
      const was = distance(before, other);
      if (was > 0) pinch(now / was, middle(event, other));
      if (isFree()) drag(dx / 2, dy / 2);
    }
    moved = true;
    fingers.set(event.pointerId, event);
  });
  for (const type of ["pointerup", "pointercancel"]) {
    element.addEventListener(type, (event) => fingers.delete(event.pointerId));
  }
  // The end of a drag is no click.
  element.addEventListener("click", (event) => moved && event.stopPropagation(), true);
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      pinch(Math.exp(-(event.deltaY * lines) / 400), event);
    },
    { passive: false },
  );
}

function distance(a, b) {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}

function middle(a, b) {
  return {
    target: b.target,
    clientX: (a.clientX + b.clientX) / 2,
    clientY: (a.clientY + b.clientY) / 2,
  };
}
