// A message of this page in the undo bar, with its own undo.

/** Without a text the bar is emptied. `undo` is called by its button, and so by U and Ctrl+Z. */
export function sayUndo(text, undo = null) {
  const bar = document.getElementById("undo-bar");
  if (!text) return bar.replaceChildren();
  const message = document.createElement("div");
  message.className = "undo";
  const words = document.createElement("p");
  words.className = "undo__text";
  words.textContent = text;
  message.append(words);
  if (undo) message.append(buttonFor(undo));
  return bar.replaceChildren(message);
}

function buttonFor(undo) {
  const button = document.createElement("button");
  button.className = "undo__button undo__button--main";
  button.type = "button";
  button.dataset.undo = "";
  const key = document.createElement("kbd");
  key.textContent = "U";
  key.setAttribute("aria-hidden", "true");
  button.append("Undo ", key);
  button.addEventListener("click", undo, { once: true });
  return button;
}
