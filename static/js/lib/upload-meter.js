// Counts files and bytes while they move, so that nobody has to look through thousands of items.

import { ON_THE_WAY, UNSENT } from "./upload-item.js";

const WINDOW_MS = 6000; // the rate is that of the last seconds

export class Meter {
  bytes = 0; // of files that travel: not of those that were here
  sentBytes = 0;
  total = 0;
  #counts = new Map();
  #of = new Map(); // item -> what is counted for it
  #samples = [];
  #base = { share: 0, sent: 0 }; // where the bar stood when its way became longer

  add(item) {
    this.total += 1;
    this.#count(item.state, 1);
    this.#countBytes(item);
  }

  moved(item, before) {
    if (before !== item.state) {
      this.#count(before, -1);
      this.#count(item.state, 1);
    }
    this.#countBytes(item);
    this.#sample();
  }

  #countBytes(item) {
    const travels = !item.wasHere && !["refused", "failed"].includes(item.state);
    const arrived = travels && !UNSENT.includes(item.state) ? item.size : item.sent;
    const before = this.#of.get(item) ?? { bytes: 0, sent: 0 };
    // What has travelled has travelled, also if it was in vain.
    const sent = Math.max(before.sent, arrived);
    const now = { bytes: travels ? Math.max(item.size, sent) : sent, sent };
    if (now.bytes > before.bytes) {
      // A new way begins where everything had been sent.
      const share = this.bytes > this.sentBytes ? this.#share : 0;
      this.#base = { share, sent: this.sentBytes };
    }
    this.bytes += now.bytes - before.bytes;
    this.sentBytes += now.sent - before.sent;
    this.#of.set(item, now);
  }

  count(state) {
    return this.#counts.get(state) ?? 0;
  }

  countAll(states) {
    return states.reduce((sum, state) => sum + this.count(state), 0);
  }

  get isSending() {
    return this.countAll(UNSENT) > 0;
  }

  get isOver() {
    return this.total > 0 && this.settled === this.total;
  }

  get settled() {
    return this.total - this.countAll(ON_THE_WAY);
  }

  get sentShare() {
    if (!this.isSending) return this.total ? 1 : 0;
    return this.#share;
  }

  /** Goes on from where it stood, however many files are added or tried again meanwhile. */
  get #share() {
    const { share, sent } = this.#base;
    const left = this.bytes - sent;
    return left > 0 ? share + (1 - share) * ((this.sentBytes - sent) / left) : share;
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
