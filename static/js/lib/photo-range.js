// Selecting in a group of many photos: by ticks, and from one photo to another.

import { announce, on, plural } from "./dom.js";
import { onLongPress } from "./gestures.js";

export class PhotoRange {
  constructor(desk) {
    this.desk = desk;
    this.bar = desk.querySelector("[data-range]");
    // Ticked while the scripts were still on their way: a range may begin there.
    this.last = this.#lastTicked();
    this.isRange = false;
    on(desk, "click", "[data-tick]", (event, tick) => this.#ticked(tick, event.shiftKey || this.isRange));
    on(this.bar, "click", "[data-range-to]", () => this.#setRange(!this.isRange));
    on(this.bar, "click", "[data-range-clear]", () => this.clear());
    on(this.bar, "click", "[data-range-act]", (_, button) => desk.answer(button.dataset.rangeAct));
    const list = desk.querySelector(".sheet__list");
    onLongPress(list, (event) => {
      const tick = event.target.closest("[data-candidate]")?.querySelector("[data-tick]");
      if (!tick) return;
      tick.checked = true;
      this.#ticked(tick, this.last !== null);
      navigator.vibrate?.(10);
      // The end of the press is no tap on the photo.
      addEventListener("click", (click) => click.stopImmediatePropagation(), { capture: true, once: true });
    });
    list.addEventListener("contextmenu", (event) => event.preventDefault());
    this.#say();
  }

  get selected() {
    return this.desk.photos.all.filter((each) => each.querySelector("[data-tick]")?.checked);
  }

  clear() {
    for (const each of this.selected) each.querySelector("[data-tick]").checked = false;
    this.last = null;
    this.#setRange(false);
    this.#say();
  }

  #lastTicked() {
    const place = this.desk.photos.all.findLastIndex((each) => each.querySelector("[data-tick]")?.checked);
    return place < 0 ? null : place;
  }

  #ticked(tick, isRange) {
    const { all } = this.desk.photos;
    const here = all.indexOf(tick.closest("[data-candidate]"));
    if (isRange && this.last !== null) {
      const [from, to] = [Math.min(here, this.last), Math.max(here, this.last)];
      for (const each of all.slice(from, to + 1)) each.querySelector("[data-tick]").checked = tick.checked;
      this.#setRange(false);
    }
    this.last = here;
    this.#say();
    announce(`${plural(this.selected.length, "photo")} selected`);
  }

  #setRange(isRange) {
    this.isRange = isRange;
    this.bar.querySelector("[data-range-to]").setAttribute("aria-pressed", String(isRange));
  }

  #say() {
    const count = this.selected.length;
    this.bar.querySelector("[data-range-said]").textContent = count
      ? `${plural(count, "photo")} selected`
      : "Tick photos; “Range” selects up to the next tick";
  }
}
