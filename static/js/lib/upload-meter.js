// Counts files and bytes while they move, so that nobody has to look through thousands of items.

const WINDOW_MS = 6000; // the rate is that of the last seconds

export class Meter {
  bytes = 0;
  sentBytes = 0;
  total = 0;
  #counts = new Map();
  #sent = new Map(); // item -> its bytes that are counted as sent
  #samples = [];

  add(item) {
    this.total += 1;
    this.bytes += item.size;
    this.#count(item.state, 1);
  }

  moved(item, before) {
    if (before !== item.state) {
      this.#count(before, -1);
      this.#count(item.state, 1);
    }
    const sent = ["waiting", "sending"].includes(item.state) ? item.sent : item.size;
    this.sentBytes += sent - (this.#sent.get(item) ?? 0);
    this.#sent.set(item, sent);
    this.#sample();
  }

  count(state) {
    return this.#counts.get(state) ?? 0;
  }

  countAll(states) {
    return states.reduce((sum, state) => sum + this.count(state), 0);
  }

  get isSending() {
    return this.countAll(["waiting", "sending"]) > 0;
  }

  get isOver() {
    return this.total > 0 && this.settled === this.total;
  }

  get settled() {
    return this.total - this.countAll(["waiting", "sending", "reading"]);
  }

  get sentShare() {
    if (!this.isSending) return this.total ? 1 : 0;
    return this.bytes ? this.sentBytes / this.bytes : 0;
  }

  get settledShare() {
    return this.total ? this.settled / this.total : 0;
  }

  /** Bytes in a second, or 0 while there is nothing to judge by. */
  get rate() {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    const seconds = first ? (last.at - first.at) / 1000 : 0;
    return seconds > 0.5 ? Math.max(0, (last.sent - first.sent) / seconds) : 0;
  }

  get secondsLeft() {
    return this.rate ? (this.bytes - this.sentBytes) / this.rate : null;
  }

  #count(state, change) {
    this.#counts.set(state, this.count(state) + change);
  }

  #sample() {
    const now = performance.now();
    if (now - (this.#samples.at(-1)?.at ?? -Infinity) < 200) return;
    this.#samples.push({ at: now, sent: this.sentBytes });
    while (now - this.#samples[0].at > WINDOW_MS) this.#samples.shift();
  }
}
