// Gives every frame the average colour of its picture until the picture is there. The server
// sends the colour as data-colour, because the Content-Security-Policy forbids style attributes.

function colour(root) {
  for (const frame of root.querySelectorAll("[data-colour]")) {
    frame.style.setProperty("--colour", frame.dataset.colour);
  }
}

colour(document);
document.addEventListener("htmx:load", (event) => colour(event.detail.elt));
