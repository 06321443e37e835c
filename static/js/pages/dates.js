// Pages that correct dates: what is typed into a way chooses that way; a preview is read out.

for (const way of document.querySelectorAll(".way")) {
  const choice = way.querySelector("input[name=how]");
  way.addEventListener("input", (event) => {
    if (event.target !== choice) choice.checked = true;
  });
}

const preview = document.querySelector("#preview-title");
if (preview) {
  preview.focus({ preventScroll: true });
  preview.scrollIntoView({ block: "nearest" });
}
