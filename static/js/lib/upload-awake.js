// Keeps the screen awake while files are sent: a locked phone stops sending. Not all browsers can.

export class Awake {
  #lock = null;
  #isWanted = false;

  constructor() {
    // The browser takes the lock away whenever the page is hidden.
    document.addEventListener("visibilitychange", () => !document.hidden && this.#take());
  }

  want(isWanted) {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    if (isWanted) this.#take();
    else this.#lock?.release().catch(() => {});
  }

  async #take() {
    if (!this.#isWanted || !navigator.wakeLock) return;
    this.#lock = await navigator.wakeLock.request("screen").catch(() => null);
  }
}
