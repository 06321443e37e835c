// Settings and two frames: every change of a setting asks the server what it makes of the frames.

import { on, ServerElement } from "../lib/dom.js";
import { latest } from "../lib/latest.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * Holds the form, the readout and the stage. Attributes: `data-score`, where the score of two
 * frames is; `data-was-redundant`, "yes" or "no" under the saved settings.
 */
class FrameTuner extends ServerElement {
  init() {
    this.form = this.querySelector("form#tuner-form");
    for (const each of this.querySelectorAll("[data-without-script]")) each.hidden = true;
    this.ask = latest(() => this.#ask());
    on(this.form, "input", "input", () => {
      this.#tellValues();
      this.ask();
    });
    // Enter in a field is no wish to save what is only being tried.
    on(this.form, "keydown", "input:not([type=submit])", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    this.#tellValues();
  }

  #tellValues() {
    for (const output of this.form.querySelectorAll("[data-value-of]")) {
      const field = this.form.elements[output.dataset.valueOf];
      output.value = `${Number(field.value)}${output.dataset.unit}`;
    }
  }

  async #ask() {
    const query = new URLSearchParams(new FormData(this.form));
    query.delete("csrfmiddlewaretoken");
    const answer = await fetch(`${this.dataset.score}?${query}`).catch(() => null);
    if (answer?.status === 401) location.reload();
    const found = await answer?.json().catch(() => null);
    if (answer?.ok && found) this.#show(found);
    else this.#refuse(found);
  }

  #show(found) {
    this.#part("percent").textContent = `${found.percent.toFixed(1)} %`;
    this.#part("percent").classList.toggle("readout__percent--alike", found.is_redundant);
    this.#part("verdict").textContent = found.is_redundant ? "Redundant" : "Changed";
    this.#part("reasons").textContent = found.reasons.join("; ");
    this.#part("sides").hidden = (this.dataset.wasRedundant === "yes") === found.is_redundant;
    const heat = this.#part("heat");
    heat.hidden = !found.heat;
    if (found.heat) heat.src = found.heat;
    this.#part("boxes").replaceChildren(...found.boxes.map(drawnBox));
  }

  #refuse(found) {
    const fields = Object.values(found?.error?.fields ?? {}).flat();
    this.#part("percent").textContent = "–";
    this.#part("verdict").textContent = "Cannot be compared";
    this.#part("sides").hidden = true;
    this.#part("reasons").textContent =
      fields.join(" ") || found?.error?.message || "The server does not answer. Try again.";
    this.#part("heat").hidden = true;
    this.#part("boxes").replaceChildren();
  }

  #part(name) {
    return this.querySelector(`[data-${name}]`);
  }
}

function drawnBox([left, top, width, height]) {
  const box = document.createElementNS(SVG, "rect");
  const places = { x: left, y: top, width, height };
  for (const [name, value] of Object.entries(places)) box.setAttribute(name, value.toFixed(4));
  return box;
}

customElements.define("frame-tuner", FrameTuner);
