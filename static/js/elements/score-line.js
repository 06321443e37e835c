// The line through the histogram: dragged, it shows what would lie on its other side.

import { ServerElement } from "../lib/dom.js";
import { latest } from "../lib/latest.js";

/**
 * Attributes: `data-examples`, where the pairs on both sides are; `data-time`, day or night;
 * `data-form`, the form with the field `threshold_percent`, which moves with the line.
 */
class ScoreLine extends ServerElement {
  init() {
    this.drag = this.querySelector("[data-drag]");
    this.field = document.getElementById(this.dataset.form).elements.threshold_percent;
    this.here = this.querySelector("[data-examples-here]");
    this.drag.disabled = false;
    this.ask = latest(() => this.#ask());
    this.drag.addEventListener("input", () => {
      this.field.value = this.drag.value;
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    this.field.addEventListener("input", () => {
      this.drag.value = this.field.value;
      this.#draw();
      this.ask();
    });
  }

  #draw() {
    const line = this.querySelector("[data-line]");
    for (const name of ["x1", "x2"]) line.setAttribute(name, this.field.value);
  }

  async #ask() {
    const query = new URLSearchParams({ time: this.dataset.time, threshold_percent: this.field.value });
    const headers = { "HX-Request": "true" };
    const answer = await fetch(`${this.dataset.examples}?${query}`, { headers }).catch(() => null);
    if (answer?.ok) this.here.innerHTML = await answer.text();
  }
}

customElements.define("score-line", ScoreLine);
