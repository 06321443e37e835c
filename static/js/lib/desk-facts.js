// The facts that differ: of the photo that is shown, beside the cover's.

import { on } from "./dom.js";

export class DeskFacts {
  constructor(desk) {
    this.element = desk.querySelector(".differing");
    this.cells = [...this.element.querySelectorAll("[data-fact]")];
    on(this.element, "click", "[data-more-facts]", (_, button) => {
      for (const row of this.element.querySelectorAll("[data-more]")) row.hidden = false;
      button.remove();
    });
  }

  show(photo, index) {
    const values = JSON.parse(photo.dataset.facts);
    this.cells.forEach((cell, place) => {
      cell.textContent = values[place];
      cell.parentElement.toggleAttribute("data-same", cell.nextElementSibling.textContent === values[place]);
    });
    this.element.toggleAttribute("data-of-cover", "cover" in photo.dataset);
    this.element.querySelector("[data-facts-of]").textContent = `${index + 1} · ${photo.dataset.name}`;
    const reasons = photo.dataset.reasons ? photo.dataset.reasons.split("|") : [];
    this.element.querySelector("[data-reasons-here]").replaceChildren(
      ...reasons.map((reason) => Object.assign(document.createElement("li"), { textContent: reason })),
    );
    const compare = this.element.querySelector("[data-compare-here]");
    compare.hidden = !photo.dataset.compare;
    if (photo.dataset.compare) compare.querySelector("a").href = photo.dataset.compare;
  }
}
