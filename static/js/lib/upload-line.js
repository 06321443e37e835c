// The way to the server: while there is none, everything waits here, and goes on by itself.

import { SignedOut } from "./upload-server.js";

const PAUSES = [1, 2, 4, 8, 15, 30].map((seconds) => seconds * 1000);

/** Fires "change". `trouble` is "" (none), "offline" or "signed-out". */
export class Line extends EventTarget {
  trouble = "";
  nextTryAt = 0;
  #server;
  #tries = 0;
  #timer = null;
  #waiting = [];

  constructor(server) {
    super();
    this.#server = server;
    const now = () => this.trouble && this.#try();
    addEventListener("online", now);
    document.addEventListener("visibilitychange", () => !document.hidden && now());
  }

  get isOpen() {
    return !this.trouble;
  }

  /** Resolves at once, or when there is a way again. */
  async open() {
    if (!this.isOpen) await new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Something did not get through. */
  broke(problem) {
    if (this.trouble) return;
    this.#tries = 0;
    this.#say(problem);
    this.#tryLater();
  }

  tryNow() {
    if (this.trouble) this.#try();
  }

  #tryLater() {
    const pause = PAUSES[Math.min(this.#tries, PAUSES.length - 1)];
    // Not all browsers of a household at the same moment when the server is back.
    const spread = pause * (0.75 + Math.random() / 2);
    this.#tries += 1;
    this.nextTryAt = Date.now() + spread;
    this.#timer = setTimeout(() => this.#try(), spread);
    this.dispatchEvent(new Event("change"));
  }

  async #try() {
    clearTimeout(this.#timer);
    this.#timer = null;
    try {
      await this.#server.probe();
    } catch (problem) {
      this.#say(problem);
      if (!this.#timer) this.#tryLater();
      return;
    }
    this.trouble = "";
    this.dispatchEvent(new Event("change"));
    for (const go of this.#waiting.splice(0)) go();
  }

  #say(problem) {
    this.trouble = problem instanceof SignedOut ? "signed-out" : "offline";
  }
}
