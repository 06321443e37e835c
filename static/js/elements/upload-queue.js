// The upload page's list: takes files by picker or drop, shows each one's way and the whole.

import { picked, takeDrops } from "../lib/chosen-files.js";
import { announce, on, plural, ServerElement } from "../lib/dom.js";
import { RowList } from "../lib/row-list.js";
import { Meter } from "../lib/upload-meter.js";
import { OutcomeWatcher } from "../lib/upload-outcomes.js";
import { drawRow, isShown, STATES_OF } from "../lib/upload-row.js";
import { UploadItem, UploadSender } from "../lib/upload-sender.js";
import { bytes, duration, endSentence, headline } from "../lib/upload-words.js";

/**
 * Wraps the plain upload form. Attributes: `data-begin` (where a run is begun),
 * `data-most-bytes` (of one file), `data-restore` (the act that takes photos out of the trash).
 */
class UploadQueue extends ServerElement {
  init() {
    this.items = [];
    this.meter = new Meter();
    this.filter = "";
    this.named = (name) => this.querySelector(`[data-part="${name}"]`);
    this.sender = new UploadSender(this.dataset.begin, Number(this.dataset.mostBytes));
    this.outcomes = new OutcomeWatcher();
    this.rows = new RowList({
      frame: this.named("frame"),
      list: this.named("rows"),
      template: this.named("row"),
      draw: drawRow,
    });
    this.sender.addEventListener("change", (event) => this.#changed(event.detail));
    this.outcomes.addEventListener("settled", (event) => this.#settled(event.detail));
    this.#listen();
    this.classList.add("is-live");
  }

  #listen() {
    for (const input of this.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => {
        this.#add(picked(input));
        input.value = ""; // the same files may be chosen again
      });
    }
    on(this, "click", "[data-pick]", (_, button) => this.named(button.dataset.pick).click());
    on(this, "click", "[data-filter]", (_, button) => this.#show(button.dataset.filter));
    this.named("retry").addEventListener("click", () => this.#retry());
    this.named("restore").addEventListener("click", () => this.#restore());
    takeDrops(this, (chosen) => this.#add(chosen));
    addEventListener("beforeunload", (event) => this.sender.isBusy && event.preventDefault());
    addEventListener("pagehide", () => this.sender.leave());
  }

  #add(chosen) {
    if (!chosen.length) return;
    const items = chosen.map((one) => new UploadItem(one));
    for (const item of items) this.meter.add(item);
    this.items.push(...items);
    this.named("queue").hidden = false;
    announce(`${plural(items.length, "file")} chosen. Sending begins.`);
    this.endWasSaid = false;
    this.sender.add(items);
    this.#draw();
  }

  #changed({ item, before }) {
    this.meter.moved(item, before);
    if (item.state === "reading") this.outcomes.watch(item);
    this.#drawSoon();
  }

  #settled(list) {
    for (const { item, answer } of list) {
      const before = item.state;
      Object.assign(item, { state: answer.outcome, reason: answer.reason });
      Object.assign(item, { photo: answer.photo, photoPage: answer.page });
      this.meter.moved(item, before);
    }
    this.#drawSoon();
  }

  #retry() {
    this.endWasSaid = false;
    this.sender.retry(this.items.filter((item) => item.state === "failed"));
  }

  async #restore() {
    const trashed = this.items.filter((item) => item.state === "in_trash");
    const values = { photo: trashed.map((item) => item.photo) };
    await htmx.ajax("POST", this.dataset.restore, { target: "#undo-bar", values });
    this.#settled(
      trashed.map((item) => ({
        item,
        answer: { outcome: "already_here", reason: "", photo: item.photo, page: item.photoPage },
      })),
    );
  }

  #show(filter) {
    this.filter = filter;
    this.named("frame").scrollTop = 0;
    this.#draw();
  }

  #drawSoon() {
    if (this.drawing) return;
    // A few times a second: thousands of events a second would leave no time to send.
    this.drawing = setTimeout(() => {
      this.drawing = null;
      this.#draw();
    }, 150);
  }

  #draw() {
    const { meter } = this;
    this.named("headline").textContent = headline(meter);
    this.named("sent-bar").value = meter.sentShare;
    this.named("read-bar").value = meter.settledShare;
    const left = meter.secondsLeft;
    const facts = [`${bytes(meter.sentBytes)} of ${bytes(meter.bytes)}`];
    if (meter.isSending && meter.rate) facts.push(`${bytes(meter.rate)}/s`);
    if (meter.isSending && left !== null) facts.push(`${duration(left)} left`);
    this.named("facts").textContent = facts.join(" · ");
    this.#drawFilters();
    this.named("retry").hidden = !meter.count("failed") || this.sender.isBusy;
    this.named("restore").hidden = !meter.count("in_trash");
    const shown = this.filter ? this.items.filter((i) => isShown(i, this.filter)) : this.items;
    this.rows.show(shown);
    this.#drawEnd();
  }

  #drawFilters() {
    for (const button of this.querySelectorAll("[data-filter]")) {
      const name = button.dataset.filter;
      const count = name ? this.meter.countAll(STATES_OF[name]) : this.items.length;
      button.hidden = !count && name !== this.filter;
      button.setAttribute("aria-pressed", String(name === this.filter));
      button.querySelector(".num").textContent = count.toLocaleString("en");
    }
  }

  #drawEnd() {
    const isOver = this.meter.isOver && !this.sender.isBusy;
    this.named("end").hidden = !isOver;
    this.named("bars").hidden = isOver;
    const hasFailed = this.meter.count("failed") > 0;
    this.named("end").classList.toggle("notice--warning", hasFailed);
    this.named("end").classList.toggle("notice--good", !hasFailed);
    if (!isOver || this.endWasSaid) return;
    this.endWasSaid = true;
    const page = this.items.findLast((item) => item.page)?.page;
    if (page) this.named("import").href = page;
    this.named("import").hidden = !page;
    this.named("sentence").textContent = endSentence(this.meter, this.items);
    announce(this.named("sentence").textContent);
  }
}

customElements.define("upload-queue", UploadQueue);
