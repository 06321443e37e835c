// A list of any length: only the rows in sight are in the document.

import { clone } from "./dom.js";

const SPARE_ROWS = 6;

/**
 * `frame` scrolls and holds `list`; `template` is one row of fixed height; `draw(row, entry)`
 * fills it.
 */
export class RowList {
  #entries = [];
  #rows = [];
  #height = 0;

  constructor({ frame, list, template, draw }) {
    Object.assign(this, { frame, list, template, draw });
    frame.addEventListener("scroll", () => this.refresh(), { passive: true });
    new ResizeObserver(() => {
      this.#height = 0; // rows are taller where there is less room
      this.refresh();
    }).observe(frame);
  }

  show(entries) {
    this.#entries = entries;
    this.refresh();
  }

  refresh() {
    if (!this.#height && !this.#measure()) return;
    this.list.style.setProperty("height", `${this.#entries.length * this.#height}px`);
    const first = Math.max(0, Math.floor(this.frame.scrollTop / this.#height) - SPARE_ROWS);
    const fitting = Math.ceil(this.frame.clientHeight / this.#height) + 2 * SPARE_ROWS;
    const count = Math.min(fitting, this.#entries.length - first);
    while (this.#rows.length < count) this.#addRow();
    this.#rows.forEach((row, index) => this.#place(row, index < count ? first + index : -1));
  }

  #measure() {
    if (!this.#rows.length) this.#addRow();
    this.#rows[0].hidden = false;
    this.#height = this.#rows[0].offsetHeight;
    return this.#height > 0;
  }

  #addRow() {
    const row = clone(this.template);
    this.#rows.push(row);
    this.list.append(row);
  }

  #place(row, index) {
    row.hidden = index < 0 || index >= this.#entries.length;
    if (row.hidden) return;
    row.style.setProperty("transform", `translateY(${index * this.#height}px)`);
    row.setAttribute("aria-setsize", this.#entries.length);
    row.setAttribute("aria-posinset", index + 1);
    this.draw(row, this.#entries[index]);
  }
}
