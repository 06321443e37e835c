// Asks what the workers made of the files that have arrived, many in one question.

const AT_ONCE = 200;
const PAUSE = 1000;
const PAUSE_HIDDEN = 8000;

/** Fires "settled" with a list of { item, answer } as detail. */
export class OutcomeWatcher extends EventTarget {
  #items = new Map(); // address of the import -> (number of the file there -> item)
  #timer = null;

  watch(item) {
    if (!this.#items.has(item.page)) this.#items.set(item.page, new Map());
    this.#items.get(item.page).set(item.id, item);
    this.#timer ??= setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    for (const [page, items] of this.#items) {
      const settled = await this.#askFor(page, items);
      if (settled.length) this.dispatchEvent(new CustomEvent("settled", { detail: settled }));
      if (!items.size) this.#items.delete(page);
    }
    const pause = document.hidden ? PAUSE_HIDDEN : PAUSE;
    this.#timer = this.#items.size ? setTimeout(() => this.#ask(), pause) : null;
  }

  async #askFor(page, items) {
    const ids = [...items.keys()].slice(0, AT_ONCE);
    const headers = { Accept: "application/json" };
    // The browser keeps the answer with its ETag: the same question costs a 304.
    const answer = await fetch(`${page}outcomes/?ids=${ids}`, { headers }).catch(() => null);
    if (!answer?.ok) return [];
    const { files } = await answer.json();
    const settled = files.map((file) => ({ item: items.get(file.id), answer: file }));
    for (const { id } of files) items.delete(id);
    // Those that wait longest go to the end, so that a stuck one holds up no others.
    if (items.size > AT_ONCE) {
      for (const id of ids.filter((known) => items.has(known))) {
        const item = items.get(id);
        items.delete(id);
        items.set(id, item);
      }
    }
    return settled;
  }
}
