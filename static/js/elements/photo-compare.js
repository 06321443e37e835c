// Two to four photos that are looked at together: zoomed and moved as one, flickered, wiped.

import { listenToKeys, listenToPointers } from "../lib/compare-controls.js";
import { announce, on, ServerElement } from "../lib/dom.js";
import { histogramOf, sharpEdgesOf } from "../lib/picture-layers.js";
import { Pane, SharedView } from "../lib/shared-view.js";

/** Attribute: `data-mode` is how they are arranged: side, flicker, wipe or difference. */
class PhotoCompare extends ServerElement {
  init() {
    this.view = new SharedView();
    this.panes = [...this.querySelectorAll("[data-pane]")].map((each) => new Pane(each));
    this.chosen = this.panes[1]; // the one that A is compared with
    this.pointed = null; // where the pointer is: { pane, across, along }
    this.layers = new Map();
    this.querySelector("[data-bar]").hidden = false;
    this.wipe = this.querySelector("[data-wipe]");
    this.wipe.addEventListener("input", () => this.#placeWipe());
    this.#listenToButtons();
    listenToPointers(this);
    listenToKeys(this);
    new ResizeObserver(() => this.#measure()).observe(this.querySelector("[data-panes]"));
    this.arrange("side");
  }

  /** Show them "side" by side, one over the other for a "flicker" or "wipe", or the "difference". */
  arrange(mode) {
    this.dataset.mode = mode;
    this.shown = mode === "side" ? null : this.chosen;
    if (mode === "difference") this.#loadDifference();
    this.querySelector("[data-wipe-label]").hidden = mode !== "wipe";
    press(this, "arrange", mode);
    this.#show();
    this.#placeWipe();
  }

  /** In place: the other one of A and the chosen photo. */
  flick() {
    if (this.dataset.mode !== "flicker") this.arrange("flicker");
    else this.#showOnly(this.shown === this.panes[0] ? this.chosen : this.panes[0]);
    announce(`${this.shown.letter} is shown`);
  }

  /** This arrangement, or side by side again. */
  toggle(mode) {
    if (mode === "difference" && !this.chosen.element.dataset.difference) return;
    this.arrange(this.dataset.mode === mode ? "side" : mode);
  }

  wipeBy(step) {
    if (this.dataset.mode !== "wipe") return false;
    this.wipe.value = Number(this.wipe.value) + step;
    this.#placeWipe();
  }

  choose(pane) {
    if (pane !== this.panes[0]) this.chosen = pane;
    if (this.dataset.mode === "difference") this.#loadDifference();
    if (this.dataset.mode !== "side") this.shown = this.dataset.mode === "flicker" ? pane : this.chosen;
    this.#show();
    announce(`${pane.letter} is chosen`);
  }

  /** A pixel of the photo as one of the screen at the pointer, or the whole photo again. */
  toggleWhole() {
    const { pane, across, along } = this.place();
    if (this.view.isFitted) this.view.zoomTo(pane.wholeZoom, pane, across, along);
    else this.view.fit();
    this.#draw();
  }

  fit() {
    this.view.fit();
    this.#draw();
  }

  zoomBy(factor, place = this.place()) {
    this.view.zoomTo(this.view.zoom * factor, place.pane, place.across, place.along);
    if (Math.abs(this.view.zoom - 1) < 0.01) this.view.fit();
    this.#draw();
  }

  moveBy(across, along) {
    this.view.moveBy(across, along, this.place().pane);
    this.#draw();
  }

  async overlay(name) {
    const isOn = !this.layers.has(name);
    const make = name === "histogram" ? histogramOf : sharpEdgesOf;
    press(this, "overlay", name, isOn);
    for (const layer of this.layers.get(name) ?? []) layer.remove();
    this.layers.delete(name);
    if (!isOn) return;
    const made = [];
    this.layers.set(name, made);
    for (const pane of this.panes) {
      const layer = await make(pane.sizes[0].address, pane.letter).catch(() => null);
      if (!layer || this.layers.get(name) !== made) continue;
      made.push(layer);
      pane.view.append(layer);
      pane.draw(this.view);
    }
  }

  #show() {
    this.#showOnly(this.shown);
    this.querySelector("[data-wipe-other]").textContent = this.chosen.letter;
    for (const pane of this.panes) pane.element.toggleAttribute("data-chosen", pane === this.chosen);
    this.#measure();
  }

  #showOnly(shown) {
    this.shown = shown;
    const isWipe = this.dataset.mode === "wipe";
    for (const pane of this.panes) {
      const isSeen = !shown || pane === shown || (isWipe && pane === this.panes[0]);
      pane.element.toggleAttribute("data-hidden", !isSeen);
      pane.element.toggleAttribute("data-over", isWipe && pane === this.panes[0]);
    }
  }

  #measure() {
    for (const pane of this.panes) pane.measure();
    this.view.keepInside(this.place().pane);
    this.#draw();
  }

  #draw() {
    for (const pane of this.panes) if (pane.width) pane.draw(this.view);
    this.toggleAttribute("data-zoomed", !this.view.isFitted);
    const { pane } = this.place();
    const isWhole = Math.abs(this.view.zoom / pane.wholeZoom - 1) < 0.01;
    press(this, "size", this.view.isFitted ? "fit" : isWhole ? "whole" : "");
  }

  #placeWipe() {
    const share = this.dataset.mode === "wipe" ? `${100 - Number(this.wipe.value)}%` : "0";
    for (const pane of this.panes) {
      const isOver = pane === this.panes[0] && this.dataset.mode === "wipe";
      pane.view.style.clipPath = isOver ? `inset(0 ${share} 0 0)` : "";
    }
  }

  #loadDifference() {
    const { difference, says } = this.chosen.element.dataset;
    if (!difference) return;
    let layer = this.chosen.view.querySelector("[data-heat]");
    if (!layer) {
      layer = Object.assign(new Image(), { src: difference, alt: says ?? "" });
      layer.dataset.heat = "";
      layer.className = "pane__layer pane__heat";
      layer.draggable = false;
      this.chosen.view.append(layer);
    }
    announce(says ?? "");
  }

  /** Where to zoom: at the pointer, else in the middle of a pane that is seen. */
  place() {
    const isSeen = (pane) => !pane.element.hasAttribute("data-hidden");
    if (this.pointed && isSeen(this.pointed.pane)) return this.pointed;
    return { pane: this.panes.find(isSeen), across: 0, along: 0 };
  }

  #listenToButtons() {
    on(this, "click", "[data-arrange]", (_, button) => this.arrange(button.dataset.arrange));
    on(this, "click", "[data-size]", (_, button) => {
      const isWhole = button.dataset.size === "whole";
      this.pointed = null;
      this.fit();
      if (isWhole) this.toggleWhole();
    });
    on(this, "click", "[data-overlay]", (_, button) => this.overlay(button.dataset.overlay));
    on(this, "click", "[data-choose]", (_, button) => {
      this.choose(this.panes.find((each) => each.element.contains(button)));
    });
    on(this, "click", "[data-keys]", () => document.getElementById("keys").showModal());
  }

}

/** Show which button of a set is on; with `isOn` only this one changes. */
function press(root, set, name, isOn) {
  for (const button of root.querySelectorAll(`[data-${set}]`)) {
    const isThis = button.dataset[set] === name;
    if (isOn === undefined) button.setAttribute("aria-pressed", String(isThis));
    else if (isThis) button.setAttribute("aria-pressed", String(isOn));
  }
}

customElements.define("photo-compare", PhotoCompare);
