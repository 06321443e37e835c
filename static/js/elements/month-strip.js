// The whole library as a strip at the edge: years beside ticks for months, as long as they have
// photos. Press or drag to go there. For pointers only; keys have the sheet of months.

import { ServerElement } from "../lib/dom.js";
import { dayOnScreen, monthsHtml } from "../lib/months-list.js";

const LEAST_PHOTOS = 200;
const LEAST_PX_BETWEEN_YEARS = 22;

/** <month-strip data-months="address of the months">, empty. */
class MonthStrip extends ServerElement {
  init() {
    const start = () => this.build().catch(() => this.remove());
    if ("requestIdleCallback" in window) requestIdleCallback(start, { timeout: 3000 });
    else setTimeout(start, 500);
  }

  async build() {
    const sheet = document.createElement("template");
    sheet.innerHTML = await monthsHtml(this.dataset.months);
    this.months = monthsOf(sheet.content);
    this.total = this.months.reduce((sum, month) => sum + month.count, 0);
    if (this.total < LEAST_PHOTOS || this.months.length < 3) return this.remove();
    this.place();
    this.here = this.add("strip__here");
    this.label = this.add("strip__label");
    this.label.hidden = true;
    this.listen();
    this.follow();
  }

  /** Where each month begins, as a part of the strip's height. */
  place() {
    let before = 0;
    let lastYear = { year: null, at: -Infinity };
    for (const month of this.months) {
      month.from = before / this.total;
      before += month.count;
      month.to = before / this.total;
      const apart = (month.from - lastYear.at) * innerHeight;
      if (month.year !== lastYear.year && apart > LEAST_PX_BETWEEN_YEARS) {
        this.add("strip__year", month.from).textContent = month.year;
        lastYear = { year: month.year, at: month.from };
      } else if (apart > LEAST_PX_BETWEEN_YEARS / 2) {
        this.add("strip__tick", month.from);
      }
    }
  }

  add(name, at = 0) {
    const mark = document.createElement("span");
    mark.className = name;
    mark.style.setProperty("--at", at);
    this.append(mark);
    return mark;
  }

  listen() {
    this.addEventListener("pointermove", (event) => this.show(this.monthAt(event)));
    this.addEventListener("pointerleave", () => (this.label.hidden = true));
    this.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.setPointerCapture(event.pointerId);
    });
    this.addEventListener("pointerup", (event) => location.assign(this.monthAt(event).href));
    let waiting = 0;
    const later = () => (waiting ||= requestAnimationFrame(() => ((waiting = 0), this.follow())));
    addEventListener("scroll", later, { passive: true });
  }

  monthAt({ clientY }) {
    const { top, height } = this.getBoundingClientRect();
    const part = (clientY - top) / height;
    return this.months.find((month) => part < month.to) ?? this.months.at(-1);
  }

  show(month) {
    this.label.hidden = false;
    this.label.style.setProperty("--at", month.from);
    this.label.textContent = `${month.name} ${month.year} · ${month.count.toLocaleString("en")}`;
  }

  follow() {
    const day = dayOnScreen();
    const month = this.months.find(({ key }) => day?.dataset.day.startsWith(key));
    if (!month) return;
    const passed = 1 - Number(day.dataset.day.slice(8)) / 31;
    this.here.style.setProperty("--at", month.from + passed * (month.to - month.from));
  }
}

function monthsOf(sheet) {
  const months = [...sheet.querySelectorAll("[data-month]")].map((cell) => ({
    key: cell.dataset.month,
    year: cell.dataset.month.slice(0, 4),
    name: cell.firstChild.data,
    count: Number(cell.querySelector(".months__count").textContent.replaceAll(",", "")),
    href: cell.getAttribute("href"),
  }));
  // The sheet reads from January on, the timeline from the newest photo on.
  return months.sort((a, b) => (a.key < b.key ? 1 : -1));
}

customElements.define("month-strip", MonthStrip);
