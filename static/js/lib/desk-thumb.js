// One group under a thumb: the photo is pulled to its answer, or answered by buttons below it.

import { onLongPress, onPull } from "./gestures.js";
import { on, prefersLessMotion } from "./dom.js";
import { Stage } from "./stage.js";

const ANSWERS = { right: "keep", left: "trash", up: "cover", down: "archive" };
const SAYS = { keep: "Keep", trash: "Trash", cover: "Keep as cover", archive: "Archive" };
const FINISH_MS = 250;
const SUMMARY_MS = 4000;

export class DeskThumb {
  constructor(desk) {
    this.desk = desk;
    this.element = desk.querySelector("[data-stage=inline]");
    this.stage = new Stage(this.element, "preview");
    this.said = this.element.querySelector("[data-pull]");
    this.dots = desk.querySelector("[data-dots]");
    this.dots.replaceChildren(...desk.photos.all.map(() => document.createElement("li")));
    on(this.element, "click", "[data-pair]", (_, button) => {
      this.stage.isPaired = !this.stage.isPaired;
      button.setAttribute("aria-pressed", String(this.stage.isPaired));
      this.refresh();
    });
    if (!desk.isDecided) {
      onPull(this.element, {
        isFree: () => !this.stage.zoom.isZoomed && !this.isFinishing && this.stage.fingers.size <= 1,
        pull: (direction, share) => this.#pulled(direction, share),
        act: (direction) => this.#finish(direction),
        release: () => this.#letGo(),
      });
    }
    const strip = desk.querySelector(".sheet__list");
    if (!desk.isMany) {
      onLongPress(strip, (event) => this.#sum(event.target.closest("[data-candidate]")));
      strip.addEventListener("contextmenu", (event) => event.preventDefault());
    }
  }

  refresh() {
    const { photos } = this.desk;
    if (!this.element.checkVisibility()) return;
    this.stage.zoom.reset();
    this.stage.show(photos.current, photos.cover);
    this.element.dataset.state = "answered" in photos.current.dataset ? photos.current.dataset.state : "";
    photos.all.forEach((each, place) => {
      const dot = this.dots.children[place];
      dot.dataset.state = this.desk.isDecided || "answered" in each.dataset ? each.dataset.state : "";
      dot.toggleAttribute("data-here", each === photos.current);
    });
    for (const button of this.desk.querySelectorAll(".thumb-bar [data-answer-now]")) {
      const is = button.dataset.answerNow === this.element.dataset.state;
      button.setAttribute("aria-pressed", String(is));
    }
  }

  /** Answer for the photo that is shown and go to the next open one; after the last all is applied. */
  answer(answer) {
    const { desk } = this;
    desk.answer(answer);
    if (answer === "cover") return; // the group is laid out anew first
    this.goOn();
  }

  goOn() {
    const { desk } = this;
    const next = desk.photos.nextOpen;
    if (next >= 0) desk.show(next);
    else desk.dispatchEvent(new CustomEvent("desk:apply", { bubbles: true }));
  }

  #pulled(direction, share) {
    const answer = ANSWERS[direction];
    const away = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction];
    const { style } = this.element;
    style.setProperty("--pull", String(Math.min(1, share / 0.25)));
    style.setProperty("--away-x", `${away[0] * share * 60}%`);
    style.setProperty("--away-y", `${away[1] * share * 60}%`);
    this.element.dataset.pull = answer;
    this.element.toggleAttribute("data-commits", share >= 0.25);
    this.said.textContent = SAYS[answer];
  }

  #letGo() {
    delete this.element.dataset.pull;
    this.element.removeAttribute("data-commits");
    for (const name of ["--pull", "--away-x", "--away-y"]) this.element.style.removeProperty(name);
  }

  #finish(direction) {
    this.isFinishing = true;
    this.element.dataset.gone = direction;
    setTimeout(
      () => {
        this.isFinishing = false;
        delete this.element.dataset.gone;
        this.#letGo();
        this.answer(ANSWERS[direction]);
      },
      prefersLessMotion() ? 0 : FINISH_MS,
    );
  }

  #sum(photo) {
    if (!photo) return;
    this.said.textContent = `${photo.dataset.name} · ${photo.dataset.summary}`;
    this.element.toggleAttribute("data-sums", true);
    clearTimeout(this.summing);
    this.summing = setTimeout(() => this.element.removeAttribute("data-sums"), SUMMARY_MS);
  }
}
