// Keyboard shortcuts that stay out of the way of typing and of the browser's own.

const TYPING = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";

/** The name of a key press: "a", "Shift+ArrowLeft", "Ctrl+z", "?". */
export function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Shift is part of a character like "?", and a modifier of letters and named keys.
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z ]/.test(key)) ? "Shift+" : "";
  const ctrl = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  return `${ctrl}${shift}${key === " " ? "Space" : key}`;
}

/**
 * Call an act by the name of its key. An act that returns false leaves the key to the browser.
 * Returns a function that stops listening.
 */
export function listen(acts, root = document) {
  const heard = (event) => {
    const act = acts[nameOf(event)];
    if (!act || event.defaultPrevented || event.altKey || event.isComposing) return;
    if (event.target instanceof Element && event.target.closest(TYPING)) return;
    // An open dialog or menu keeps its keys.
    const open = document.querySelector("dialog[open], [popover]:popover-open");
    if (open && !open.contains(root)) return;
    if (act(event) !== false) event.preventDefault();
  };
  root.addEventListener("keydown", heard);
  return () => root.removeEventListener("keydown", heard);
}
