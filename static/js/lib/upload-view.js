// Draws the upload page: sums, bars, notices and the rows in sight.

import { announce, plural } from "./dom.js";
import { RowList } from "./row-list.js";
import { bytes } from "./sizes.js";
import { drawRow, isShown, STATES_OF } from "./upload-row.js";
import { duration, endSentence, headline, resumeSentence } from "./upload-words.js";

const PAUSE = 150; // thousands of events a second would leave no time to send

export class UploadView {
  filter = "";
  #timer = null;
  #endWasSaid = false;

  constructor(element, list, sender) {
    Object.assign(this, { element, list, sender });
    this.rows = new RowList({
      frame: this.part("frame"),
      list: this.part("rows"),
      template: this.part("row"),
      draw: drawRow,
    });
  }

  part(name) {
    return this.element.querySelector(`[data-part="${name}"]`);
  }

  show(filter) {
    this.filter = filter;
    this.part("frame").scrollTop = 0;
    this.draw();
  }

  drawSoon() {
    this.#timer ??= setTimeout(() => this.draw(), PAUSE);
  }

  /** More is going to happen: the end is to be said again when it comes. */
  begin() {
    this.#endWasSaid = false;
    this.draw();
  }

  looking(count) {
    this.part("looking").hidden = count === null;
    if (count !== null) this.part("looking").textContent = `Looking at what you chose: ${plural(count, "file")} …`;
  }

  draw() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const { items, meter } = this.list;
    this.part("queue").hidden = !items.length;
    if (!items.length) return;
    this.part("headline").textContent = headline(meter, this.list.left.length);
    this.part("facts").textContent = this.#facts();
    this.part("sent-bar").value = meter.sentShare;
    this.part("read-bar").value = meter.settledShare;
    this.#drawFilters();
    this.#drawTrouble();
    this.#drawResume();
    this.#drawTools();
    this.rows.show(this.filter ? items.filter((item) => isShown(item, this.filter)) : items);
    this.#drawEnd();
  }

  #facts() {
    const { meter } = this.list;
    const facts = meter.bytes ? [`${bytes(meter.sentBytes)} of ${bytes(meter.bytes)}`] : [];
    if (meter.isSending && this.sender.line.isOpen && meter.rate) {
      facts.push(`${bytes(meter.rate)}/s`, `${duration(meter.secondsLeft)} left`);
    }
    return facts.join(" · ");
  }

  #drawFilters() {
    const { items, meter } = this.list;
    for (const button of this.element.querySelectorAll("[data-filter]")) {
      const name = button.dataset.filter;
      const count = name ? meter.countAll(STATES_OF[name]) : items.length;
      button.hidden = !count && name !== this.filter;
      button.setAttribute("aria-pressed", String(name === this.filter));
      button.querySelector(".num").textContent = count.toLocaleString("en");
    }
  }

  #drawTrouble() {
    const { trouble } = this.sender.line;
    for (const kind of ["offline", "signed-out"]) {
      const notice = this.part(kind);
      if (notice.hidden && trouble === kind) announce(notice.querySelector("p").textContent);
      notice.hidden = trouble !== kind;
    }
  }

  #drawResume() {
    const { left, meter, rootsToOpen } = this.list;
    this.part("resume").hidden = !left.length;
    if (!left.length) return;
    this.part("resume-sentence").textContent = resumeSentence(meter, left.length, rootsToOpen);
    this.part("go-on").hidden = !rootsToOpen.length;
  }

  #drawTools() {
    const { meter, items } = this.list;
    const isIdle = !this.sender.isBusy;
    this.part("retry").hidden = !isIdle || !items.some((item) => item.mayBeTriedAgain);
    this.part("restore").hidden = !meter.count("in_trash");
    this.part("clear").hidden = !isIdle || !(meter.isOver || this.list.left.length);
  }

  #drawEnd() {
    const { meter, items } = this.list;
    const isOver = meter.isOver && !this.sender.isBusy;
    const end = this.part("end");
    end.hidden = !isOver;
    this.part("bars").hidden = isOver || this.list.left.length > 0;
    const hasFailed = meter.count("failed") > 0;
    end.classList.toggle("notice--warning", hasFailed);
    end.classList.toggle("notice--good", !hasFailed);
    if (!isOver || this.#endWasSaid) return;
    this.#endWasSaid = true;
    this.list.store.flush();
    const page = items.findLast((item) => item.page)?.page;
    if (page) this.part("import").href = page;
    this.part("import").hidden = !page;
    this.part("sentence").textContent = endSentence(meter, items);
    announce(this.part("sentence").textContent);
  }
}
