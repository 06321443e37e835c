// What stays gains from what goes: asked again whenever an answer changes.

import { csrfToken } from "../lib/dom.js";

const PAUSE_MS = 120; // several keys in a row are asked about once

/** Attribute: `data-address` answers a POST of the form with this element as it is then. */
class GainsPreview extends HTMLElement {
  connectedCallback() {
    this.left = new AbortController();
    const { signal } = this.left;
    const later = () => this.#later();
    this.closest("form")?.addEventListener("change", later, { signal });
    this.closest("review-desk")?.addEventListener("desk:answered", later, { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.left.abort();
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  async #ask() {
    const form = this.closest("form");
    if (!form) return;
    this.asked = {};
    const mine = this.asked;
    try {
      const answer = await fetch(this.dataset.address, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-CSRFToken": csrfToken() },
        signal: this.left.signal,
      });
      if (answer.status !== 200) return; // the group is gone: what is shown stays
      const html = await answer.text();
      if (mine === this.asked) this.#show(html);
    } catch {
      // Left the page, or no network: what is shown stays.
    }
  }

  #show(html) {
    const focused = document.activeElement?.id;
    const hadFocus = this.contains(document.activeElement);
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("gains-preview");
    if (!fresh) return;
    this.replaceChildren(...fresh.childNodes);
    if (hadFocus && focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

customElements.define("gains-preview", GainsPreview);
