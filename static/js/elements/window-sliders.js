// Two sliders, a window and a percentage, and what they would give, said while they move.

import { announce, on, ServerElement } from "../lib/dom.js";
import { listen } from "../lib/keys.js";

const PAUSE = 60; // ms between two questions
const SILENCE = 800; // ms after the last one until it is said aloud
const UNITS = { s: 1, min: 60, h: 3600 };

/**
 * Holds the fields of a window and a threshold. Attributes: `src`, where the counts for the fields
 * are; `data-keys`: + and − move the percentage from anywhere on the page.
 */
class WindowSliders extends ServerElement {
  init() {
    this.form = this.querySelector("form");
    this.answer = this.querySelector("[data-answer]");
    this.value = this.form.elements.window_value;
    this.unit = this.form.elements.window_unit;
    this.#addSlider(this.querySelector("[data-window-slider]"));
    for (const preset of this.querySelectorAll("button[data-window]")) preset.hidden = false;
    on(this, "click", "button[data-window]", (_, button) => this.#choose(Number(button.dataset.window)));
    this.addEventListener("input", (event) => this.#changed(event));
    this.fold = this.querySelector("details.sliders__fold");
    this.fold?.addEventListener("toggle", () => this.fold.open && this.#ask());
    if (this.hasAttribute("data-keys")) this.#listenToKeys();
    this.#follow();
    if (!this.fold) this.#ask();
  }

  disconnectedCallback() {
    this.stopListening?.();
    clearTimeout(this.timer);
    clearTimeout(this.saying);
  }

  get seconds() {
    return Number(this.value.value) * UNITS[this.unit.value];
  }

  #addSlider(place) {
    this.stops = place.dataset.stops.split(";").map((each) => each.split("="));
    this.slider = document.createElement("input");
    Object.assign(this.slider, { type: "range", min: 0, max: this.stops.length - 1, step: 1 });
    this.slider.setAttribute("aria-label", "Time window");
    place.append(this.slider);
  }

  #changed(event) {
    if (event.target === this.slider) this.#fill(Number(this.stops[this.slider.value][0]));
    else if (event.target === this.value || event.target === this.unit) this.#follow();
    this.#later();
  }

  #choose(seconds) {
    this.#fill(seconds);
    this.#later();
  }

  #fill(seconds) {
    const unit = seconds >= 3600 && seconds % 1800 === 0 ? "h" : seconds >= 60 && seconds % 30 === 0 ? "min" : "s";
    this.unit.value = unit;
    this.value.value = Number((seconds / UNITS[unit]).toFixed(3));
    this.#follow();
  }

  /** The slider shows the stop nearest to what the fields say. */
  #follow() {
    if (!(this.seconds > 0)) return;
    const far = ([stop]) => Math.abs(Math.log(stop / this.seconds));
    const nearest = this.stops.reduce((best, each, place) => (far(each) < far(this.stops[best]) ? place : best), 0);
    this.slider.value = nearest;
    const unit = this.unit.selectedOptions[0].textContent;
    this.slider.setAttribute("aria-valuetext", `${this.value.value} ${unit}`);
    for (const preset of this.querySelectorAll(".window__presets [data-window]")) {
      preset.setAttribute("aria-pressed", Number(preset.dataset.window) === this.seconds);
    }
  }

  #listenToKeys() {
    const move = (step) => {
      this.fold.open = true;
      const field = this.form.elements.threshold_percent;
      field.value = Math.min(100, Math.max(0, Math.round(Number(field.value)) + step));
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const up = () => move(1);
    const down = () => move(-1);
    this.stopListening = listen({ "+": up, "=": up, "-": down });
  }

  #later() {
    this.timer ??= setTimeout(() => this.#ask(), PAUSE);
  }

  /** Ask for the fields as they are now; only the newest answer is shown. */
  async #ask() {
    this.timer = null;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const fields = new URLSearchParams(new FormData(this.form));
    fields.delete("csrfmiddlewaretoken");
    this.answer.toggleAttribute("data-waiting", true);
    const options = { signal: asking.signal, headers: { "HX-Request": "true" } };
    const reply = await fetch(`${this.getAttribute("src")}?${fields}`, options).catch(() => null);
    const text = reply?.ok ? await reply.text().catch(() => null) : null;
    if (asking !== this.asking || text === null) return;
    this.answer.toggleAttribute("data-waiting", false);
    this.answer.innerHTML = text;
    this.#say();
  }

  #say() {
    clearTimeout(this.saying);
    if (this.isSpoken) {
      this.saying = setTimeout(() => {
        const counts = this.answer.querySelector("[data-counts]");
        if (counts) announce(counts.textContent.replace(/\s+/g, " ").trim());
      }, SILENCE);
    }
    this.isSpoken = true; // not what was there when the page came
  }
}

customElements.define("window-sliders", WindowSliders);
