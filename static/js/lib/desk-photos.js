// The photos of the group on the desk, what becomes of each, and the way back from the last answers.

export const WORDS = { keep: "Keep", archive: "Archive", trash: "Trash" };

/** Photos by their elements, the cover first. An answer is "keep", "archive" or "trash". */
export class DeskPhotos {
  constructor(elements, whenChanged) {
    this.all = elements;
    this.whenChanged = whenChanged;
    this.index = 0;
    this.answered = []; // [element, what it was, whether it had been answered], the last at the end
  }

  get current() {
    return this.all[this.index];
  }

  get cover() {
    return this.all.find((each) => "cover" in each.dataset) ?? this.all[0];
  }

  get others() {
    return this.all.filter((each) => each !== this.cover);
  }

  with(answer) {
    return this.all.filter((each) => each.dataset.state === answer);
  }

  get nextOpen() {
    const open = (each) => !("answered" in each.dataset);
    const after = this.all.findIndex((each, index) => index > this.index && open(each));
    return after >= 0 ? after : this.all.findIndex(open);
  }

  set(element, answer) {
    const hidden = element.querySelector("[data-answer]");
    if (hidden) hidden.value = answer;
    else {
      const choice = element.querySelector(`[type=radio][value="${answer}"]`);
      if (choice) choice.checked = true;
    }
    element.dataset.state = answer;
  }

  /** Answers that were given, or brought back by the browser, before this script was there. */
  adoptChoices() {
    for (const each of this.all) {
      const chosen = each.querySelector("[type=radio]:checked")?.value;
      if (chosen && chosen !== each.dataset.state) this.answer([each], chosen);
    }
  }

  /** A person's own answer, which can be taken back. */
  answer(elements, answer) {
    for (const each of elements) {
      this.answered.push([each, each.dataset.state, "answered" in each.dataset, elements.length]);
      this.set(each, answer);
      each.dataset.answered = "";
      delete each.dataset.beforeLine;
    }
    this.whenChanged();
  }

  /** Take back what was answered last; returns the photo, or nothing. */
  takeBack() {
    const count = this.answered.at(-1)?.[3] ?? 0;
    let element;
    for (let taken = 0; taken < count; taken += 1) {
      const [each, answer, wasAnswered] = this.answered.pop();
      this.set(each, answer);
      each.toggleAttribute("data-answered", wasAnswered);
      element = each;
    }
    if (element) this.whenChanged();
    return element;
  }

  /** Go on with what a person answered for the same photos in another element. */
  takeOver(others) {
    const before = new Map(others.all.map((each) => [each.dataset.photo, each]));
    for (const each of this.all) {
      const old = before.get(each.dataset.photo);
      if (!old || !("answered" in old.dataset)) continue;
      this.set(each, old.dataset.state);
      each.dataset.answered = "";
    }
  }

  /** The first photo, the new cover, is kept; tells whether the one before goes for it. */
  keepInsteadOf(oldCover) {
    const [cover] = this.all;
    const old = this.all.find((each) => each.dataset.photo === oldCover.dataset.photo);
    this.set(cover, "keep");
    cover.dataset.answered = "";
    this.whenChanged();
    return old?.dataset.state === "trash" && oldCover.dataset.state === "keep" ? old : null;
  }

  /** Photos below the line would leave the group: they are kept. Nothing else changes. */
  drawLine(percent) {
    for (const each of this.others) {
      const leaves = Number(each.dataset.percent) < percent && Number(each.dataset.percent) >= 0;
      if (leaves && !("beforeLine" in each.dataset)) {
        each.dataset.beforeLine = each.dataset.state;
        this.set(each, "keep");
      } else if (!leaves && "beforeLine" in each.dataset) {
        this.set(each, each.dataset.beforeLine);
        delete each.dataset.beforeLine;
      }
      const note = each.querySelector("[data-line-note]");
      if (!note) continue;
      note.hidden = !leaves;
      note.textContent = leaves ? `Would leave the group at ${percent} %` : "";
    }
    this.whenChanged();
  }

  count(parts) {
    const bytes = this.with("trash").reduce((sum, each) => sum + Number(each.dataset[parts]), 0);
    const [kept, archived, trashed] = Object.keys(WORDS).map((each) => this.with(each).length);
    return { kept, archived, trashed, bytes };
  }
}
