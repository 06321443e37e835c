// Groups whose decision was refused while somebody was ahead already: one after the other, and back.

export class CameBack {
  #waiting = []; // [desk, what is to be said on it]
  #shown = null;
  #interrupted = null;

  constructor(run) {
    this.run = run;
  }

  /** Show the group as it was left and call `say`; after those that came back before it. */
  add(desk, say) {
    this.#waiting.push([desk, say]);
    this.#showNext();
  }

  /** From a group that came back to the next such group, or to where it interrupted. */
  leave() {
    if (this.run.desk !== this.#shown) return false;
    this.#shown = null;
    if (this.#waiting.length) {
      this.#showNext();
      return true;
    }
    const desk = this.#interrupted;
    this.#interrupted = null;
    if (desk) this.run.show(desk);
    return Boolean(desk);
  }

  #showNext() {
    const { run } = this;
    if (run.isLeaving) {
      setTimeout(() => this.#showNext(), 20);
      return;
    }
    if (!this.#waiting.length || (this.#shown && this.#shown === run.desk)) return;
    const [desk, say] = this.#waiting.shift();
    if (run.desk !== desk) {
      this.#interrupted ??= run.desk;
      run.show(desk);
    }
    this.#shown = desk;
    say();
  }
}
