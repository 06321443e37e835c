// A group on the desk: one photo large, an answer for each, and what the answers will do.

import { announce, on, plural, ServerElement } from "../lib/dom.js";
import { listen } from "../lib/keys.js";
import { onSwipe } from "../lib/gestures.js";

const WORDS = { keep: "Keep", archive: "Archive", trash: "Trash" };

/** Attributes: `data-next` address of the next group, `data-list` address of the list. */
class ReviewDesk extends ServerElement {
  init() {
    this.candidates = [...this.querySelectorAll("[data-candidate]")];
    this.picture = this.querySelector("[data-picture]");
    this.stage = this.querySelector("[data-stage]");
    this.form = this.querySelector("form#decision");
    this.isDecided = !this.form.querySelector("[type=radio]");
    on(this, "click", "[data-show]", (_, button) => this.show(this.#indexOf(button)));
    on(this, "change", "[type=radio], [data-parts]", () => this.#count());
    on(this, "click", "[data-keys]", () => this.#toggleKeys());
    this.stage.addEventListener("click", () => this.#toggleFull());
    onSwipe(this.stage, (direction) => this.step(direction === "left" ? 1 : -1));
    this.#listen();
    this.#count(); // before the first scroll: its words change the height of the strip
    this.show(Math.max(0, this.candidates.findIndex((each) => "cover" in each.dataset)));
  }

  /** Show the photo with this place in the strip. */
  show(index) {
    this.index = index;
    const candidate = this.candidates[index];
    for (const each of this.candidates) each.toggleAttribute("aria-current", each === candidate);
    this.#draw(candidate);
    candidate.scrollIntoView({ block: "nearest" });
  }

  step(by) {
    const index = this.index + by;
    if (index >= 0 && index < this.candidates.length) this.show(index);
  }

  /** Answer for the photo that is shown: "keep", "archive" or "trash". */
  answer(state) {
    const candidate = this.candidates[this.index];
    const choice = candidate.querySelector(`[value="${state}"]`);
    if (!choice) return;
    choice.checked = true;
    this.#count();
    announce(`${WORDS[state]}: ${candidate.dataset.name}`);
  }

  #listen() {
    // The arrows of a focused answer choose among the answers, as everywhere.
    const unlessAnswering = (act) => (event) => (event.target.type === "radio" ? false : act());
    const acts = {
      ArrowLeft: unlessAnswering(() => this.step(-1)),
      ArrowRight: unlessAnswering(() => this.step(1)),
      ArrowUp: unlessAnswering(() => this.answer("keep")),
      ArrowDown: unlessAnswering(() => this.answer("trash")),
      p: () => this.answer("keep"),
      x: () => this.answer("trash"),
      a: () => this.answer("archive"),
      n: () => this.#notSimilar(this.candidates[this.index]),
      "Shift+n": () => this.#notSimilar(null),
      s: () => this.#skip(),
      j: () => this.#skip(),
      k: () => history.back(),
      v: () => this.#toggleFull(),
      Space: unlessAnswering(() => this.#toggleFull()),
      Escape: () => this.stage.classList.remove("is-full"),
      "?": () => this.#toggleKeys(),
      Enter: (event) => this.#apply(event),
      b: () => this.#draw(this.querySelector("[data-cover]")),
    };
    listen(acts);
    document.addEventListener("keyup", (event) => {
      if (event.key === "b") this.#draw(this.candidates[this.index]);
    });
  }

  #apply(event) {
    // Enter on a button or a link means that button or link.
    if (event.target.closest?.("button, a, summary")) return false;
    if (this.isDecided) return this.#skip();
    this.form.requestSubmit(this.querySelector("[data-apply]"));
  }

  #skip() {
    location.assign(this.dataset.next || this.dataset.list);
  }

  #notSimilar(candidate) {
    if (this.isDecided) return;
    if (candidate) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "photo", value: candidate.dataset.photo });
      this.form.append(field);
    }
    this.form.requestSubmit(this.querySelector("[data-not-similar]"));
  }

  #toggleFull() {
    this.stage.classList.toggle("is-full");
    this.#draw(this.candidates[this.index]);
  }

  #toggleKeys() {
    document.getElementById("keys").showModal();
  }

  #draw(candidate) {
    const { preview, large, width, height, name } = candidate.dataset;
    this.picture.src = this.stage.classList.contains("is-full") ? large : preview;
    this.picture.width = width;
    this.picture.height = height;
    this.picture.alt = name;
    this.querySelector("[data-caption]").textContent = name;
  }

  #count() {
    if (this.isDecided) return;
    const of = (state) => this.candidates.filter((each) => each.querySelector(`[value="${state}"]:checked`));
    const [kept, archived, trashed] = ["keep", "archive", "trash"].map(of);
    const parts = this.querySelector("[data-parts]")?.value ?? "all";
    const bytes = trashed.reduce((sum, each) => sum + Number(each.dataset[parts]), 0);
    const freed = trashed.length ? ` · frees ${(bytes / 1e6).toFixed(1)} MB` : "";
    this.querySelector("[data-count]").textContent =
      `Keep ${kept.length} · Archive ${archived.length} · Trash ${trashed.length}${freed}`;
    this.querySelector("[data-apply]").textContent = this.#whatWillHappen(kept, archived, trashed);
  }

  #whatWillHappen(kept, archived, trashed) {
    if (!archived.length && !trashed.length) return `Keep all ${kept.length}`;
    const parts = [`Keep ${kept.length}`];
    if (archived.length) parts.push(`archive ${archived.length}`);
    if (trashed.length) parts.push(`move ${plural(trashed.length, "photo")} to the trash`);
    return parts.join(", ");
  }

  #indexOf(button) {
    return this.candidates.indexOf(button.closest("[data-candidate]"));
  }
}

customElements.define("review-desk", ReviewDesk);
