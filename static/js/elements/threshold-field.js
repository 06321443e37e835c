// The percentage from which photos count as alike, and what it promises, while it is chosen.

import { ServerElement } from "../lib/dom.js";

/**
 * Holds a number field and an `output`. Attributes: `data-promises`, for each whole percentage from
 * 0 "right,found" of 100; `data-sentence` with places for them; `data-at-100`, said there instead.
 */
class ThresholdField extends ServerElement {
  init() {
    this.number = this.querySelector("input[type=number]");
    this.said = this.querySelector("output");
    this.promises = this.dataset.promises.split(" ").map((each) => each.split(","));
    this.slider = this.#slider();
    this.number.before(this.slider);
    this.number.addEventListener("input", () => this.#show(this.number));
    this.slider.addEventListener("input", () => this.#show(this.slider));
    this.#show(this.number);
  }

  #slider() {
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: 100, step: 1, className: "threshold__slider" });
    slider.setAttribute("aria-label", this.number.labels[0].textContent);
    return slider;
  }

  #show(source) {
    const percent = source.valueAsNumber;
    if (!(percent >= 0 && percent <= 100)) {
      this.said.value = "";
      return;
    }
    if (source === this.slider) this.number.value = percent;
    else this.slider.value = percent;
    const words = this.#words(percent);
    this.said.value = words;
    this.slider.setAttribute("aria-valuetext", words);
  }

  #words(percent) {
    if (percent >= 100) return this.dataset.at100;
    const [right, found] = this.promises[Math.floor(percent)];
    const places = { percent: Number(percent.toFixed(2)), right, found };
    return this.dataset.sentence.replace(/\{(\w+)\}/g, (_, name) => places[name]);
  }
}

customElements.define("threshold-field", ThresholdField);
