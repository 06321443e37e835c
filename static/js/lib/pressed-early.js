// What is pressed while the next group is on its way, done once that lies on the desk.

export class PressedEarly {
  #acts = [];
  #isOpen = false;

  /** A group is on its way. */
  begin() {
    this.#acts = [];
    this.#isOpen = true;
  }

  add(act) {
    if (this.#isOpen) this.#acts.push(act);
  }

  /** Something was pressed that decides: never on a group unseen. The rest was meant for another. */
  end() {
    this.#isOpen = false;
  }

  /** All of it, once. */
  take() {
    const acts = this.#acts;
    this.#acts = [];
    this.#isOpen = false;
    return acts;
  }
}
