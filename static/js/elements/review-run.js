// One sitting of reviewing: group after group on the desk, without a page between them.

import { announce, on, ServerElement } from "../lib/dom.js";
import { DecisionQueue } from "../lib/decision-queue.js";
import { DesksAhead, fetchDesk } from "../lib/desks-ahead.js";
import { Decisions } from "../lib/decisions.js";
import { GroupsBeside } from "../lib/groups-beside.js";
import { openPairs } from "../lib/pair-dialog.js";
import { listenOnDesk } from "../lib/desk-keys.js";
import { PressedEarly } from "../lib/pressed-early.js";

/** <review-run>: a <review-desk>, and perhaps the strip of groups ([data-beside]). */
class ReviewRun extends ServerElement {
  init() {
    this.desk = this.querySelector("review-desk");
    this.decided = Number(this.desk.dataset.decidedCount);
    this.waiting = Number(this.desk.dataset.trayCount);
    this.queue = new DecisionQueue();
    this.ahead = new DesksAhead();
    this.early = new PressedEarly();
    this.decisions = new Decisions(this);
    this.beside = new GroupsBeside(this.querySelector("[data-beside]"), (address) => this.go(address));
    history.replaceState({ desk: this.desk.dataset.address }, "");
    listenOnDesk(this);
    this.#listen();
    this.#arrive();
    if (!this.desk.usesTray && !document.querySelector("main :focus")) this.desk.focusCover();
  }

  get isBusy() {
    return this.isLeaving || !this.desk.isReady;
  }

  /** Put the group with this address on the desk. */
  async go(address, { isBack = false } = {}) {
    if (this.isLeaving) return;
    this.isLeaving = true;
    this.early.begin();
    try {
      this.show(await this.ahead.take(address), { isBack });
    } catch {
      this.early.take(); // it was not meant for the group that stays
      this.desk.say("This group cannot be loaded now. Try again in a moment; nothing is lost.");
    } finally {
      this.isLeaving = false;
    }
    for (const act of this.early.take()) this.soon(act);
  }

  /** Do it on the desk, or on the group that is on its way. */
  soon(act) {
    if (this.isBusy) this.early.add(act);
    else act();
  }

  /** On to the next group, or out of the list after the last one. */
  async goOn() {
    if (this.decisions.cameBack.leave()) return undefined;
    const { next, list } = this.desk.dataset;
    if (next) return this.go(next);
    const { refusals } = this.queue;
    this.isLeaving = true;
    await this.queue.idle();
    this.isLeaving = false;
    if (this.queue.refusals > refusals) return undefined;
    return location.assign(this.waiting && this.desk.usesTray ? this.dataset.tray : list);
  }

  goBack() {
    const { previous } = this.desk.dataset;
    if (this.before) this.go(this.before);
    else if (previous) this.go(previous);
    else announce("This is the first group");
  }

  show(desk, { isBack = false, isSame = false } = {}) {
    if (!isSame) this.before = isBack ? "" : this.desk.dataset.address;
    this.desk.view?.dialog.close();
    this.desk.replaceWith(desk);
    this.desk = desk;
    document.title = `${desk.dataset.title} · Contact Sheet`;
    const { address } = desk.dataset;
    if (!isBack && !isSame) history.pushState({ desk: address }, "", address);
    scrollTo(0, 0);
    desk.focusCover();
    if (!isSame) announce(`${desk.dataset.title}: ${desk.photos.all.length} photos`);
    this.#arrive();
  }

  /** The same group as the server has it now. */
  async reload(address = this.desk.dataset.address) {
    this.ahead.forget();
    try {
      const desk = await fetchDesk(address);
      this.decided = Number(desk.dataset.decidedCount);
      this.show(desk, { isSame: address === this.desk.dataset.address });
    } catch {
      location.assign(address);
    }
  }

  /** Another photo becomes the cover, on the server too: all percentages become those to it. */
  async changeCover(photo) {
    if (this.isBusy || "cover" in photo.dataset) return;
    this.isLeaving = true;
    const old = this.desk;
    try {
      await this.decisions.chooseCover(old, photo);
      const desk = await fetchDesk(old.dataset.address);
      const wasOpen = old.view.isOpen;
      this.show(desk, { isSame: true });
      desk.photos.takeOver(old.photos);
      const out = desk.photos.keepInsteadOf(old.photos.cover);
      announce(`Cover: ${photo.dataset.name}.${out ? ` Trash: ${out.dataset.name}` : ""}`);
      if (wasOpen) desk.view.open();
      this.decisions.keepInTray(desk);
      if (desk.usesTray && !desk.isMany) desk.thumb.goOn();
    } catch (problem) {
      old.say(`The cover was not changed. ${problem.message}`);
    } finally {
      this.isLeaving = false;
    }
  }

  count(by) {
    this.decided += by;
    this.desk.sayPlace(this.decided, this.waiting);
  }

  #arrive() {
    const { desk } = this;
    desk.sayPlace(this.decided, this.waiting);
    this.beside.show(desk);
    if (!desk.dataset.next) return;
    const next = this.ahead.ask(desk.dataset.next);
    next.then((found) => this.ahead.ask(found.dataset.next)).catch(() => undefined);
  }

  #listen() {
    this.addEventListener("submit", (event) => this.#submitted(event));
    this.addEventListener("desk:apply", () => this.decisions.apply());
    this.addEventListener("desk:cover", (event) => this.changeCover(event.detail));
    this.addEventListener("desk:answered", () => this.decisions.keepInTray(this.desk));
    on(this, "click", "[data-skip]", (event) => {
      event.preventDefault();
      this.goOn();
    });
    on(this, "click", "[data-pairs-of]", (event, link) => {
      event.preventDefault();
      openPairs(link.href);
    });
    addEventListener("popstate", (event) => {
      if (event.state?.desk) this.go(event.state.desk, { isBack: true });
    });
  }

  #submitted(event) {
    const { submitter, target } = event;
    if (submitter?.hasAttribute("data-undo-decision")) {
      event.preventDefault();
      this.decisions.undoAt(target.getAttribute("action"));
    } else if (target.id === "decision") {
      const isApply = !submitter || submitter.hasAttribute("data-apply");
      // To keep none is a question, which the server asks on a page of its own.
      if (isApply && !this.desk.photos.with("keep").length && !this.desk.photos.with("archive").length) return;
      event.preventDefault();
      if (isApply) this.decisions.apply();
      else this.decisions.send(submitter.getAttribute("formaction"));
    }
  }
}

customElements.define("review-run", ReviewRun);
