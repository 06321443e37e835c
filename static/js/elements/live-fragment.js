// A part of a page that is asked for again until what it shows has come to its end.

import { ServerElement } from "../lib/dom.js";

const PAUSE = 1500;
const PAUSE_HIDDEN = 10_000;

/**
 * Attribute `src`: where the fragment is. Its first element says `data-ended` once nothing will
 * change any more. Fires "ended" then, if it was not so from the beginning.
 */
class LiveFragment extends ServerElement {
  init() {
    document.addEventListener("visibilitychange", () => !document.hidden && this.#plan(0));
    this.#plan(PAUSE);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  get hasEnded() {
    return this.firstElementChild?.hasAttribute("data-ended") ?? false;
  }

  #plan(pause) {
    clearTimeout(this.timer);
    if (!this.hasEnded) this.timer = setTimeout(() => this.#ask(), pause);
  }

  async #ask() {
    // The browser keeps the answer with its ETag: while nothing changes, this costs a 304.
    const headers = { "HX-Request": "true" };
    const answer = await fetch(this.getAttribute("src"), { headers }).catch(() => null);
    const text = answer?.ok ? await answer.text() : null;
    if (text !== null && text !== this.shown) {
      this.shown = text;
      this.innerHTML = text;
      if (this.hasEnded) this.dispatchEvent(new Event("ended", { bubbles: true }));
    }
    if (answer?.status === 401) location.reload();
    this.#plan(document.hidden ? PAUSE_HIDDEN : PAUSE);
  }
}

customElements.define("live-fragment", LiveFragment);
