// Holds what was just done, long enough to be read, with the way back: U or Ctrl+Z.

import { ServerElement, on } from "../lib/dom.js";
import { listen } from "../lib/keys.js";

const SHOWN_MS = 20_000;

/**
 * <undo-bar>: messages come in as children, from the server or by `say`.
 * Emits "undo-bar:dismissed".
 */
class UndoBar extends ServerElement {
  init() {
    this.watch(this);
    new MutationObserver(() => this.watch(this)).observe(this, { childList: true });
    on(this, "click", "[data-dismiss]", (_, button) => button.closest(".undo").remove());
    listen({ u: () => this.undo(), "Ctrl+z": () => this.undo() });
    document.addEventListener("htmx:sendError", () =>
      this.say("The server cannot be reached. Reload the page to see whether this was done."),
    );
    document.addEventListener("htmx:responseError", (event) =>
      this.say(problemOf(event.detail.xhr.status)),
    );
  }

  /** Take every new message away again after its time, unless somebody is at it. */
  watch() {
    for (const message of this.querySelectorAll(".undo:not([data-watched])")) {
      message.dataset.watched = "";
      if (!message.matches("[data-stays]")) this.forgetLater(message);
    }
  }

  forgetLater(message) {
    setTimeout(() => {
      if (message.matches(":hover, :focus-within")) this.forgetLater(message);
      else message.remove();
    }, SHOWN_MS);
  }

  undo() {
    const button = this.querySelector("[data-undo]");
    if (!button) return false;
    button.click();
    return true;
  }

  say(text) {
    const message = document.createElement("div");
    message.className = "undo undo--problem";
    const words = document.createElement("p");
    words.className = "undo__text";
    words.textContent = text;
    message.append(words);
    this.replaceChildren(message);
  }
}

function problemOf(status) {
  if (status === 403) return "The page is too old. Reload it and try again; nothing was changed.";
  if (status === 404) return "These photos are no longer here. Reload the page.";
  if (status === 413) return "That was too much at once. Nothing was changed.";
  return `Something broke on the server (${status}). Reload the page to see whether this was done.`;
}

customElements.define("undo-bar", UndoBar);
