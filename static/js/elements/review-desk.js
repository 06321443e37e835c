// A group on the desk: its photos, an answer for each, and what the answers will do.

import { announce, on, plural, ServerElement } from "../lib/dom.js";
import { DeskFacts } from "../lib/desk-facts.js";
import { DeskPhotos, WORDS } from "../lib/desk-photos.js";
import { DeskThumb } from "../lib/desk-thumb.js";
import { FullView } from "../lib/full-view.js";
import { PhotoRange } from "../lib/photo-range.js";
import { bytes as inWords } from "../lib/sizes.js";

export const isNarrow = matchMedia("(max-width: 63.99rem)");

/**
 * One group. <review-run> around it goes from group to group and sends what was decided.
 * Emits "desk:apply" (all is answered), "desk:cover" and "desk:answered" (to be kept in the tray).
 */
class ReviewDesk extends ServerElement {
  init() {
    this.form = this.querySelector("form#decision");
    this.isDecided = "decided" in this.dataset;
    this.line = Number(this.dataset.threshold);
    this.photos = new DeskPhotos([...this.querySelectorAll("[data-candidate]")], () => this.#count());
    if (!this.form) return;
    for (const each of this.querySelectorAll("[data-colour]")) {
      each.style.setProperty("--colour", each.dataset.colour);
    }
    this.facts = new DeskFacts(this);
    this.view = new FullView(this);
    this.range = this.querySelector("[data-range]") && new PhotoRange(this);
    this.thumb = new DeskThumb(this);
    this.#listen();
    this.photos.adoptChoices();
    this.#count();
    // A photo that was pressed before the script was there has the focus.
    const pressed = document.activeElement.closest("[data-candidate]");
    this.show(Math.max(0, this.photos.all.indexOf(pressed)), { scrolls: false });
  }

  get isMany() {
    return Boolean(this.range);
  }

  /** Answers are collected in the tray on small screens, and applied at once on large ones. */
  get usesTray() {
    return isNarrow.matches;
  }

  show(index, { focus = false, scrolls = true } = {}) {
    const { photos } = this;
    if (index < 0 || index >= photos.all.length) return;
    photos.index = index;
    for (const each of photos.all) each.toggleAttribute("aria-current", each === photos.current);
    this.facts.show(photos.current, index);
    this.view.refresh();
    this.thumb.refresh();
    if (focus) photos.current.querySelector("[data-show]").focus({ preventScroll: true });
    if (scrolls) photos.current.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  step(by) {
    this.show(this.photos.index + by, { focus: !this.view.isOpen && !isNarrow.matches });
  }

  focusCover() {
    if (this.form) this.photos.cover.querySelector("[data-show]").focus({ preventScroll: true });
    else this.querySelector("a")?.focus();
  }

  /** "keep", "archive", "trash" for the photo that is shown or those that are selected; "cover". */
  answer(answer) {
    if (this.isDecided || !this.form) return;
    const { current } = this.photos;
    if (answer === "cover") {
      this.dispatchEvent(new CustomEvent("desk:cover", { bubbles: true, detail: current }));
      return;
    }
    const chosen = this.range?.selected.length ? this.range.selected : [current];
    this.photos.answer(chosen, answer);
    this.range?.clear();
    announce(`${WORDS[answer]}: ${chosen.length > 1 ? plural(chosen.length, "photo") : current.dataset.name}`);
    this.dispatchEvent(new CustomEvent("desk:answered", { bubbles: true }));
  }

  takeBack() {
    const taken = this.photos.takeBack();
    if (!taken) return false;
    this.show(this.photos.all.indexOf(taken));
    announce(`${WORDS[taken.dataset.state]} again: ${taken.dataset.name}`);
    this.dispatchEvent(new CustomEvent("desk:answered", { bubbles: true }));
    return true;
  }

  moveLine(by) {
    if (this.isDecided || !this.form) return;
    this.line = Math.min(100, Math.max(Number(this.dataset.threshold), Math.round(this.line) + by));
    this.photos.drawLine(this.line);
    this.querySelector("[data-line-said]").textContent = `${this.line} %`;
    const leaving = this.photos.all.filter((each) => "beforeLine" in each.dataset).length;
    announce(`Threshold ${this.line} %: ${plural(leaving, "photo")} would leave the group and is kept`);
  }

  say(reason) {
    const notice = document.createElement("div");
    notice.className = "notice notice--error";
    notice.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = reason;
    notice.append(words);
    this.querySelector("[data-notice]").replaceChildren(notice);
  }

  sayPlace(decided, waiting) {
    const total = Number(this.dataset.total);
    const percent = total ? Math.floor((100 * decided) / total) : 100;
    this.querySelector("[data-done]").textContent = `${percent} % done`;
    this.querySelector("[data-progress]").value = percent;
    const tray = this.querySelector("[data-tray-link]");
    tray.hidden = !waiting;
    tray.querySelector("[data-tray-count]").textContent = waiting;
  }

  #listen() {
    on(this, "click", "[data-show]", (_, button) => {
      const index = this.photos.all.indexOf(button.closest("[data-candidate]"));
      const isShown = index === this.photos.index;
      this.show(index, { scrolls: false });
      if ((isShown || this.isMany) && !(isNarrow.matches && !this.isMany)) this.view.open();
    });
    on(this, "change", "[type=radio]", (_, choice) => {
      const photo = choice.closest("[data-candidate]");
      this.show(this.photos.all.indexOf(photo), { scrolls: false });
      this.photos.answer([photo], choice.value);
    });
    on(this, "change", "[data-parts]", () => this.#count());
    on(this, "click", "[data-answer-now]", (_, button) => {
      if (this.view.isOpen) this.answer(button.dataset.answerNow);
      else this.thumb.answer(button.dataset.answerNow);
    });
    on(this, "click", "[data-line]", (_, button) => this.moveLine(Number(button.dataset.line)));
    on(this, "click", "[data-undo-one]", () => this.takeBack());
    on(this, "click", "[data-keys]", () => document.getElementById("keys").showModal());
    isNarrow.addEventListener("change", () => this.#count());
  }

  #count() {
    if (this.isDecided || !this.form) return;
    const parts = this.querySelector("[data-parts]")?.value ?? "all";
    const { kept, archived, trashed, bytes } = this.photos.count(parts);
    const freed = trashed ? ` · frees ${inWords(bytes)}` : "";
    this.querySelector("[data-count]").textContent =
      `Keep ${kept} · Archive ${archived} · Trash ${trashed}${freed}`;
    const what = whatWillHappen(kept, archived, trashed);
    this.querySelector("[data-apply]").textContent = this.usesTray ? `Into the tray: ${what.toLowerCase()}` : what;
    this.querySelector("[data-undo-one]").disabled = !this.photos.answered.length;
    this.view?.refresh();
    this.thumb?.refresh();
  }
}

function whatWillHappen(kept, archived, trashed) {
  if (!archived && !trashed) return `Keep all ${kept}`;
  const parts = [`Keep ${kept}`];
  if (archived) parts.push(`archive ${archived}`);
  if (trashed) parts.push(`move ${plural(trashed, "photo")} to the trash`);
  return parts.join(", ");
}

customElements.define("review-desk", ReviewDesk);
