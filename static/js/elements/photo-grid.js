// Selecting photos: click on the tick, shift-click for a range, long press, arrows and space.

import { ServerElement, announce, on, plural } from "../lib/dom.js";
import { onLongPress } from "../lib/gestures.js";
import { neighbour } from "../lib/grid-moves.js";
import { listen, nameOf } from "../lib/keys.js";
import { ActsOnPhotos } from "../lib/photo-acts.js";

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * <photo-grid form="id of the form with the acts">, around .frame elements with data-photo.
 * The selection outlives frames that <photo-feed> takes out of the document.
 */
class PhotoGrid extends ServerElement {
  init() {
    this.selected = new Set();
    this.form = document.getElementById(this.getAttribute("form"));
    this.acts = new ActsOnPhotos(this, this.form);
    this.addEventListener("photo-feed:filled", (event) => this.refresh(event.target));
    this.refresh(this);
    this.watchPointer();
    this.addEventListener("keydown", (event) => this.onKey(event));
    listen({ Escape: () => this.selected.size > 0 && this.clear() });
    this.form?.querySelector("[data-clear]")?.addEventListener("click", () => this.clear());
    this.setStop(this.querySelector(".frame:target"));
  }

  get frames() {
    return [...this.querySelectorAll(".frame:not([hidden])")];
  }

  /** Bring frames that came (back) into the document up to date. */
  refresh(root) {
    for (const frame of root.querySelectorAll(".frame")) {
      frame.style.setProperty("--colour", frame.dataset.colour);
      tickOf(frame).checked = this.selected.has(frame.dataset.photo);
      tickOf(frame).tabIndex = -1;
      // One stop for the tab key in the whole grid; arrows move on from there.
      frame.querySelector(".frame__link").tabIndex = -1;
      this.acts.refresh(frame);
    }
    this.setStop(this.stop?.isConnected ? this.stop : this.frames[0]);
  }

  setStop(frame) {
    if (!frame) return;
    this.stop?.querySelector(".frame__link")?.setAttribute("tabindex", "-1");
    frame.querySelector(".frame__link").tabIndex = 0;
    this.stop = frame;
  }

  watchPointer() {
    on(this, "click", ".frame__tick input", (event, tick) => {
      this.pick(tick.closest(".frame"), { isRange: event.shiftKey, isOn: tick.checked });
    });
    on(this, "click", ".frame__link", (event, link) => {
      const frame = link.closest(".frame");
      if (this.wasLongPress || this.selected.size > 0 || event.shiftKey) {
        if (event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        if (!this.wasLongPress) this.pick(frame, { isRange: event.shiftKey });
      }
      this.wasLongPress = false;
    });
    onLongPress(this, (event) => {
      const frame = event.target.closest?.(".frame");
      if (!frame) return;
      this.wasLongPress = true;
      this.pick(frame, {});
      navigator.vibrate?.(12);
    });
    this.addEventListener("pointerdown", () => (this.wasLongPress = false), { capture: true });
    // A long press selects; it opens no menu of the system.
    this.addEventListener("contextmenu", (event) => {
      if (event.pointerType === "touch" || this.wasLongPress) event.preventDefault();
    });
    this.addEventListener("focusin", (event) => this.setStop(event.target.closest(".frame")));
  }

  onKey(event) {
    const frame = event.target.closest(".frame");
    if (!frame) return;
    const arrow = ARROWS.find((key) => key === event.key);
    if (arrow && !event.ctrlKey && !event.altKey) this.move(frame, arrow, event);
    if (["Space", "Shift+Space"].includes(nameOf(event))) {
      event.preventDefault();
      this.pick(frame, { isRange: event.shiftKey });
    }
  }

  move(frame, arrow, event) {
    const next = neighbour(this.frames, frame, arrow);
    event.preventDefault();
    if (!next) return;
    if (event.shiftKey) {
      if (!this.selected.has(frame.dataset.photo)) this.pick(frame, {});
      this.pick(next, { isRange: true });
    }
    next.querySelector(".frame__link").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  /** Select one photo, or all from the last one to this. */
  pick(frame, { isRange = false, isOn = !this.selected.has(frame.dataset.photo) }) {
    const id = frame.dataset.photo;
    for (const each of isRange && this.last ? this.between(this.last, id) : [id]) {
      if (isRange || isOn) this.selected.add(each);
      else this.selected.delete(each);
    }
    this.last = id;
    for (const each of this.frames) tickOf(each).checked = this.selected.has(each.dataset.photo);
    this.show();
  }

  /** The photos from one to another, those of days that are out of the document as well. */
  between(one, other) {
    const all = [...this.querySelectorAll(".day")].flatMap(photosOf);
    const [first, last] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
    if (first < 0) return [other];
    return all.slice(first, last + 1).filter((id) => !this.acts.gone.has(id));
  }

  clear() {
    this.selected.clear();
    this.last = null;
    for (const tick of this.querySelectorAll(".frame__tick input:checked")) tick.checked = false;
    this.show();
  }

  show() {
    const count = this.selected.size;
    this.classList.toggle("is-selecting", count > 0);
    this.form.classList.toggle("is-shown", count > 0);
    this.form.querySelector("[data-selected-count]").textContent = `${count.toLocaleString("en")} selected`;
    announce(`${plural(count, "photo")} selected`);
  }
}

function photosOf(day) {
  if (day.parked) return [...day.parked.matchAll(/data-photo="(\d+)"/g)].map(([, id]) => id);
  return [...day.querySelectorAll(".frame")].map((frame) => frame.dataset.photo);
}

function tickOf(frame) {
  return frame.querySelector(".frame__tick input");
}

customElements.define("photo-grid", PhotoGrid);
