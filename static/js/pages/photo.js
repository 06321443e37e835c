// One photo: arrows and swipes lead to its neighbours, letters do what the buttons do.

import "../elements/keys-help.js";
import { onSwipe } from "../lib/gestures.js";
import { listen } from "../lib/keys.js";

const stage = document.querySelector("[data-stage]");

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

function focusOn(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  return Boolean(field);
}

function press(key) {
  const button = document.querySelector(`[data-key="${key}"]`);
  button?.click();
  return Boolean(button);
}

listen({
  ArrowLeft: () => follow("[data-newer]"),
  ArrowRight: () => follow("[data-older]"),
  Escape: () => follow("[data-back]"),
  a: () => press("a"),
  d: () => follow("[data-set-date]"),
  f: () => press("f"),
  r: () => press("r"),
  t: () => focusOn("[name=tags]"),
  x: () => press("x"),
  ...Object.fromEntries([..."12345"].map((stars) => [stars, () => press(stars)])),
  Delete: () => press("x"),
});

onSwipe(stage, (direction) => {
  // A zoomed page is moved by the same finger.
  if ((window.visualViewport?.scale ?? 1) > 1.05) return;
  follow(direction === "left" ? "[data-older]" : "[data-newer]");
});
