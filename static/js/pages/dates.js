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
  // What is changed now is not what was previewed: it has to be shown before it is done.
  const form = preview.closest("form");
  form.addEventListener("input", () => {
    form.querySelector("button[value=apply]")?.remove();
    form.querySelector("button[value=preview]").classList.add("button--main");
    preview.closest("section").remove();
  }, { once: true });
}
