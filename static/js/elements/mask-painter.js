// A frame with what is left out of it: areas drawn by mouse, finger or keys, kept in a form.

import { borderPath, FEWEST_CORNERS, freshArea, moved, pathOf, place, split, without } from "../lib/areas.js";
import { announce, on, plural, ServerElement } from "../lib/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const STEP = 0.01;
const LARGE_STEP = 0.05;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Attribute `data-form`: the form with the fields `ignored` and `border_…`, and with the tools. */
class MaskPainter extends ServerElement {
  init() {
    this.form = document.getElementById(this.dataset.form);
    this.field = this.form.elements.ignored;
    this.list = this.form.querySelector("[data-area-list]");
    this.drawButton = this.form.querySelector("[data-draw]");
    this.corners = this.querySelector("[data-corners]");
    this.areas = JSON.parse(this.field.value || "[]");
    this.drawn = null; // corners of the area that is being drawn
    this.form.querySelector("[data-needs-script]").hidden = false;
    this.#listen();
    this.#draw();
  }

  #listen() {
    on(this.form, "input", "[name^=border_]", () => this.#drawBorder());
    this.drawButton.addEventListener("click", () => (this.drawn ? this.#close() : this.#begin()));
    on(this.form, "click", "[data-add]", () => this.#add());
    on(this.list, "click", "[data-delete]", (_, button) => this.#delete(Number(button.dataset.delete)));
    on(this.list, "click", "[data-edit]", (_, button) => this.#focus(Number(button.dataset.edit), 0));
    this.addEventListener("pointerdown", (event) => this.#press(event));
    on(this.corners, "keydown", "button", (event, button) => this.#key(event, button));
    document.addEventListener("keydown", (event) => {
      if (!this.drawn || (event.key !== "Escape" && event.key !== "Enter")) return;
      if (event.key === "Enter" && event.target !== document.body) return;
      if (event.key === "Escape") this.drawn = [];
      this.#close();
    });
  }

  #begin() {
    this.drawn = [];
    this.classList.add("is-drawing");
    this.drawButton.setAttribute("aria-pressed", "true");
    this.drawButton.lastChild.textContent = "Finish the area";
    announce("Drawing: tap or click the corners on the later frame, then finish the area.");
  }

  #close() {
    const area = this.drawn ?? [];
    this.drawn = null;
    this.classList.remove("is-drawing");
    this.drawButton.setAttribute("aria-pressed", "false");
    this.drawButton.lastChild.textContent = "Draw an area";
    if (area.length >= FEWEST_CORNERS) this.#change([...this.areas, area]);
    else this.#draw();
  }

  #add() {
    this.#change([...this.areas, freshArea()]);
    this.#focus(this.areas.length - 1, 0);
  }

  #delete(index) {
    this.#change(this.areas.filter((_, each) => each !== index));
    announce(`Area ${index + 1} is counted again.`);
    (this.list.querySelector("button") ?? this.form.querySelector("[data-add]")).focus();
  }

  #press(event) {
    if (event.button > 0) return;
    const corner = event.target.closest("button[data-corner]");
    if (corner) return this.#drag(event, corner);
    if (!this.drawn) return;
    event.preventDefault();
    const [x, y] = this.#at(event);
    this.drawn = [...this.drawn, [x, y]];
    this.#draw();
  }

  #drag(event, corner) {
    event.preventDefault();
    corner.focus();
    corner.setPointerCapture(event.pointerId);
    const { area, corner: at } = corner.dataset;
    const follow = (move) => {
      const [x, y] = this.#at(move);
      this.areas[area] = moved(this.areas[area], Number(at), x, y);
      this.#drawAreas();
      this.#put(corner, this.areas[area][at]);
      this.#tell();
    };
    corner.addEventListener("pointermove", follow);
    const stop = () => corner.removeEventListener("pointermove", follow);
    corner.addEventListener("pointerup", stop, { once: true });
    corner.addEventListener("pointercancel", stop, { once: true });
  }

  #key(event, button) {
    const index = Number(button.dataset.area);
    const at = Number(button.dataset.corner);
    const area = this.areas[index];
    if (event.key in MOVES) {
      const step = event.shiftKey ? LARGE_STEP : STEP;
      const [across, down] = MOVES[event.key];
      this.#replace(index, moved(area, at, area[at][0] + across * step, area[at][1] + down * step), at);
    } else if (event.key === "Enter") {
      this.#replace(index, split(area, at), at + 1);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      if (area.length > FEWEST_CORNERS) this.#replace(index, without(area, at), at ? at - 1 : 0);
      else this.#delete(index);
    } else return;
    event.preventDefault();
  }

  #replace(index, area, focused) {
    this.#change(this.areas.map((each, place) => (place === index ? area : each)));
    this.#focus(index, focused);
  }

  #focus(area, corner) {
    this.corners.querySelector(`[data-area="${area}"][data-corner="${corner}"]`)?.focus();
  }

  #change(areas) {
    this.areas = areas;
    this.#draw();
    this.#tell();
  }

  #tell() {
    this.field.value = JSON.stringify(this.areas);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #at(event) {
    const box = this.getBoundingClientRect();
    const share = (value) => Math.min(1, Math.max(0, Math.round(value * 1e4) / 1e4));
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
  }

  #draw() {
    this.#drawBorder();
    this.#drawAreas();
    this.corners.replaceChildren(
      ...this.areas.flatMap((area, index) => area.map((corner, at) => this.#corner(corner, index, at))),
    );
    this.list.replaceChildren(...this.areas.map(line));
  }

  #drawBorder() {
    const edges = ["left", "top", "right", "bottom"];
    const percents = edges.map((edge) => Number(this.form.elements[`border_${edge}`].value));
    this.querySelector("[data-border]").setAttribute("d", borderPath(...percents));
  }

  #drawAreas() {
    const paths = this.areas.map((area) => path(pathOf(area), "stage__area"));
    if (this.drawn) paths.push(path(pathOf(this.drawn, false), "stage__area stage__area--open"));
    this.querySelector("[data-areas]").replaceChildren(...paths);
  }

  #corner(corner, index, at) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "stage__corner" });
    Object.assign(button.dataset, { area: index, corner: at });
    button.setAttribute("aria-label", `Corner ${at + 1} of area ${index + 1}, ${place(corner)}`);
    button.setAttribute("aria-describedby", "areas-help");
    this.#put(button, corner);
    return button;
  }

  #put(button, [x, y]) {
    button.style.left = `${x * 100}%`;
    button.style.top = `${y * 100}%`;
  }
}

function path(d, className) {
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("d", d);
  drawn.setAttribute("class", className);
  return drawn;
}

function line(area, index) {
  const row = document.createElement("li");
  row.className = "areas__row";
  const name = `Area ${index + 1}`;
  const edit = `<button class="link-button" type="button" data-edit="${index}">${name}</button>`;
  const gone = `<button class="button button--small" type="button" data-delete="${index}" aria-label="Delete area ${index + 1}">Delete</button>`;
  row.innerHTML = `${edit}<span class="edge">${plural(area.length, "corner")}</span>${gone}`;
  return row;
}

customElements.define("mask-painter", MaskPainter);
