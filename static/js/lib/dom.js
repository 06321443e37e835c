// Small things around the DOM that several modules need.

const LONGEST_BREATH = 20; // ms

/** Base class of elements that wrap HTML which the server sent: `init` runs once it is all there. */
export class ServerElement extends HTMLElement {
  connectedCallback() {
    if (this.isReady) return;
    this.isReady = true;
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", () => this.init(), { once: true });
    } else {
      this.init();
    }
  }

  init() {}
}

/** Listen for events of descendants that match the selector; the match is the second argument. */
export function on(root, type, selector, act) {
  root.addEventListener(type, (event) => {
    const match = event.target instanceof Element && event.target.closest(selector);
    if (match && root.contains(match)) act(event, match);
  });
}

/** A copy of the first element inside a <template>. */
export function clone(template) {
  return template.content.firstElementChild.cloneNode(true);
}

export function csrfToken() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

/** In a long loop: let the browser draw and listen now and then. */
export async function breathe() {
  const now = performance.now();
  if (now - breathe.last < LONGEST_BREATH) return;
  await new Promise((resolve) => setTimeout(resolve));
  breathe.last = performance.now();
}
breathe.last = 0;

/** Say something to screen readers without moving the focus. */
export function announce(text) {
  let region = document.getElementById("announcements");
  if (!region) {
    region = document.createElement("div");
    region.id = "announcements";
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = text;
}

export function plural(count, word) {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

export const prefersLessMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
