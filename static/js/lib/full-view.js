// The full view of the photo on the desk. All answers work in it, and change the group behind it.

import { on } from "./dom.js";
import { WORDS } from "./desk-photos.js";
import { Stage } from "./stage.js";

const TAP_MS = 250; // shorter than that a key switches, longer it holds

export class FullView {
  constructor(desk) {
    this.desk = desk;
    this.dialog = desk.querySelector("[data-viewer]");
    this.stage = new Stage(this.dialog.querySelector("[data-stage]"), "large");
    this.instead = ""; // "cover" or "difference" while that is shown in the photo's place
    on(this.dialog, "click", "[data-viewer-close]", () => this.close());
    on(this.dialog, "click", "[data-viewer-step]", (_, button) => this.step(Number(button.dataset.viewerStep)));
    on(this.dialog, "click", "[data-viewer-zoom]", () => this.stage.toWhole());
    on(this.dialog, "click", "[data-viewer-pair]", () => this.pair());
    on(this.dialog, "click", "[data-viewer-difference]", () => this.switchTo("difference"));
    this.dialog.addEventListener("close", () => {
      this.instead = "";
      this.stage.zoom.reset();
      desk.photos.current.querySelector("[data-show]").focus({ preventScroll: true });
    });
  }

  get isOpen() {
    return this.dialog.open;
  }

  open() {
    if (this.isOpen) return;
    this.dialog.showModal();
    this.refresh();
  }

  close() {
    this.dialog.close();
  }

  step(by) {
    this.instead = "";
    this.desk.step(by);
  }

  pair() {
    this.stage.isPaired = !this.stage.isPaired;
    this.refresh();
  }

  toWhole() {
    if (!this.isOpen) this.open();
    this.stage.toWhole(this.stage.lastPointer);
  }

  switchTo(what) {
    if (!this.isOpen) this.open();
    this.instead = this.instead === what ? "" : what;
    this.refresh();
  }

  /** B: down shows the cover; up, after it was held, the photo again. */
  flicker(event) {
    if (event.repeat) return;
    this.pressedAt = event.timeStamp;
    this.switchTo("cover");
  }

  letGo(event) {
    if (!this.pressedAt || event.timeStamp - this.pressedAt < TAP_MS) return;
    this.pressedAt = 0;
    if (this.instead === "cover") this.switchTo("cover");
  }

  refresh() {
    if (!this.isOpen) return;
    const { current, cover } = this.desk.photos;
    const isDifference = this.instead === "difference" && current.dataset.difference;
    const shown = this.instead === "cover" ? cover : current;
    this.stage.show(shown, cover, isDifference ? current.dataset.difference : undefined);
    const state = this.desk.isDecided ? "" : ` · ${WORDS[current.dataset.state]}`;
    const what = isDifference ? "Where it differs · " : this.instead === "cover" ? "The cover · " : "";
    this.dialog.querySelector("[data-viewer-name]").textContent =
      `${what}${shown.dataset.percentSaid}${state} · ${shown.dataset.name}`;
    this.dialog.dataset.state = current.dataset.state;
    for (const button of this.dialog.querySelectorAll("[data-answer-now]")) {
      button.setAttribute("aria-pressed", String(button.dataset.answerNow === current.dataset.state));
    }
    const press = (name, is) => this.dialog.querySelector(name).setAttribute("aria-pressed", String(is));
    press("[data-viewer-pair]", this.stage.isPaired);
    press("[data-viewer-difference]", Boolean(isDifference));
  }
}
