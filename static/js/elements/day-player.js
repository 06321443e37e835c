// A camera's day as a quick time-lapse: played, stepped and scrubbed; small copies come ahead.

import { on, prefersLessMotion, ServerElement } from "../lib/dom.js";
import { listen } from "../lib/keys.js";

const SVG = "http://www.w3.org/2000/svg";
const AHEAD = 40; // small copies that are asked for before they are needed
const CALM = "1"; // frames a second for those who want less motion

/** Attribute `data-frames`: where the frames of the day are. Never plays by itself. */
class DayPlayer extends ServerElement {
  async init() {
    this.index = 0;
    this.ready = new Map();
    this.scrub = this.querySelector("[data-scrub]");
    this.speed = this.querySelector("[data-speed]");
    if (prefersLessMotion()) this.speed.value = CALM;
    const answer = await fetch(this.dataset.frames).catch(() => null);
    if (!answer?.ok) return;
    this.frames = (await answer.json()).frames;
    this.hidden = false;
    this.#drawTicks();
    this.#listen();
    this.show(0);
  }

  disconnectedCallback() {
    this.pause();
  }

  get isPlaying() {
    return Boolean(this.timer);
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  play() {
    if (this.index >= this.frames.length - 1) this.show(0);
    this.timer = setTimeout(() => this.#next(), 0);
    this.#tellState();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.frames) this.#tellState();
  }

  back() {
    this.#stepTo(this.index - 1);
  }

  forward() {
    this.#stepTo(this.index + 1);
  }

  nextChange() {
    this.#stepTo(this.frames.findIndex((frame, at) => at > this.index && frame.changed));
  }

  previousChange() {
    this.#stepTo(this.frames.findLastIndex((frame, at) => at < this.index && frame.changed));
  }

  show(index) {
    this.index = index;
    const frame = this.frames[index];
    this.querySelector("[data-picture]").src = frame.src;
    this.querySelector("[data-time]").textContent = frame.time;
    this.querySelector("[data-boxes]").replaceChildren(...frame.boxes.map(rectangle));
    this.scrub.value = index;
    const words = `${frame.time}${frame.changed ? ", something changed" : ""}`;
    this.scrub.setAttribute("aria-valuetext", words);
    this.#askAhead();
  }

  #listen() {
    on(this, "click", "[data-act]", (_, button) => this[button.dataset.act]());
    this.scrub.addEventListener("input", () => {
      this.pause();
      this.show(this.scrub.valueAsNumber);
    });
    const unlessOperating = (act) => (event) =>
      event.target.closest?.("button, a, select, summary, input") ? false : act();
    listen({
      Space: unlessOperating(() => this.toggle()),
      ArrowLeft: unlessOperating(() => this.back()),
      ArrowRight: unlessOperating(() => this.forward()),
      "Shift+ArrowLeft": () => this.previousChange(),
      "Shift+ArrowRight": () => this.nextChange(),
    });
    document.addEventListener("visibilitychange", () => document.hidden && this.pause());
  }

  #stepTo(index) {
    this.pause();
    if (index >= 0 && index < this.frames.length) this.show(index);
  }

  async #next() {
    if (this.index >= this.frames.length - 1) return this.pause();
    const timer = this.timer;
    // A frame that is still on its way is waited for: a time-lapse that skips tells less.
    await this.#loaded(this.index + 1);
    if (this.timer !== timer) return;
    this.show(this.index + 1);
    this.timer = setTimeout(() => this.#next(), 1000 / Number(this.speed.value));
  }

  #askAhead() {
    for (let at = this.index + 1; at <= this.index + AHEAD && at < this.frames.length; at += 1) {
      this.#loaded(at);
    }
    for (const at of this.ready.keys()) if (at < this.index - AHEAD) this.ready.delete(at);
  }

  #loaded(at) {
    if (!this.ready.has(at)) {
      const picture = new Image();
      picture.src = this.frames[at].src;
      this.ready.set(at, picture.decode().catch(() => {}));
    }
    return this.ready.get(at);
  }

  #drawTicks() {
    const last = Math.max(1, this.frames.length - 1);
    const ticks = this.frames.flatMap((frame, at) => (frame.changed ? [tick((100 * at) / last)] : []));
    this.querySelector("[data-ticks]").replaceChildren(...ticks);
  }

  #tellState() {
    this.querySelector("[data-act=toggle]").setAttribute("aria-pressed", String(this.isPlaying));
    this.querySelector("[data-when-paused]").hidden = this.isPlaying;
    this.querySelector("[data-when-playing]").hidden = !this.isPlaying;
    this.querySelector("[data-play-word]").textContent = this.isPlaying ? "Pause" : "Play";
  }
}

function rectangle([x, y, width, height]) {
  const box = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width, height })) box.setAttribute(name, value);
  return box;
}

function tick(x) {
  const line = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1: x, x2: x, y1: 0, y2: 10 })) line.setAttribute(name, value);
  line.setAttribute("vector-effect", "non-scaling-stroke");
  return line;
}

customElements.define("day-player", DayPlayer);
