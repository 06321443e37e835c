// Sends acts on selected photos without leaving the page, and shows what came of them.

import { listen } from "./keys.js";

/** What a form of acts does to the photos that a <photo-grid> has selected. */
export class ActsOnPhotos {
  constructor(grid, form) {
    this.grid = grid;
    this.form = form;
    this.gone = new Set();
    this.starred = new Set();
    this.done = new Map(); // change -> what it did, for its undo
    if (!form) return;
    form.addEventListener("submit", (event) => this.send(event));
    document.body.addEventListener("photos-changed", (event) => this.apply(event.detail));
    document.body.addEventListener("photos-returned", (event) => this.takeBack(event.detail));
    this.listenToKeys();
  }

  listenToKeys() {
    for (const button of this.form.querySelectorAll("[data-key]")) {
      button.title = `Key: ${button.dataset.key.toUpperCase()}`;
      const press = () => this.grid.selected.size > 0 && (button.click(), true);
      listen({ [button.dataset.key]: press, ...(button.dataset.key === "x" && { Delete: press }) });
    }
  }

  send(event) {
    const photos = [...this.grid.selected];
    if (event.submitter.hasAttribute("data-page")) {
      // A page of its own answers; it needs the photos that are not in the document as well.
      this.form.append(...photos.filter((id) => !this.isInDocument(id)).map(hiddenInput));
      return;
    }
    event.preventDefault();
    this.pending = photos;
    const next = this.form.elements.next.value;
    const address = event.submitter.getAttribute("formaction");
    const answer = { source: this.grid, target: "#undo-bar", swap: "innerHTML" };
    // A refusal has been shown in the undo bar already.
    window.htmx
      .ajax("POST", address, { ...answer, values: { photo: photos, next } })
      .catch(() => undefined);
  }

  isInDocument(id) {
    return this.grid.querySelector(`.frame[data-photo="${id}"]`) !== null;
  }

  apply({ change, act }) {
    if (!this.pending) return;
    const photos = this.pending;
    this.pending = null;
    const into = act === "favourite" ? this.starred : this.gone;
    for (const id of photos) into.add(id);
    this.done.set(change, { into, photos });
    this.moveFocusOff(new Set(photos), act);
    this.grid.clear();
    this.refreshAll();
  }

  takeBack({ change }) {
    const what = this.done.get(change);
    if (!what) return;
    for (const id of what.photos) what.into.delete(id);
    this.done.delete(change);
    this.refreshAll();
  }

  refreshAll() {
    for (const frame of this.grid.querySelectorAll(".frame")) this.refresh(frame);
    for (const day of this.grid.querySelectorAll(".day")) this.recount(day);
  }

  refresh(frame) {
    frame.hidden = this.gone.has(frame.dataset.photo);
    const star = frame.querySelector(".frame__star");
    if (this.starred.has(frame.dataset.photo) && !star) frame.append(newStar());
    else if (star?.dataset.new && !this.starred.has(frame.dataset.photo)) star.remove();
  }

  recount(day) {
    const gone = day.querySelectorAll(".frame[hidden]").length;
    const text = day.querySelector("[data-day-count]").firstChild;
    const count = (Number(day.dataset.count) - gone).toLocaleString("en");
    text.data = text.data.replace(/[\d,]+/, count);
  }

  /** The keyboard goes on at the next photo that stays. */
  moveFocusOff(photos, act) {
    const focused = document.activeElement?.closest?.(".frame");
    if (act === "favourite" || (focused && !photos.has(focused.dataset.photo))) return;
    const frames = this.grid.frames;
    const place = frames.findIndex((frame) => photos.has(frame.dataset.photo));
    const stays = (frame) => !photos.has(frame.dataset.photo);
    const next = frames.slice(place).find(stays) ?? frames.slice(0, place).reverse().find(stays);
    next?.querySelector(".frame__link").focus({ preventScroll: true });
  }
}

function hiddenInput(id) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name: "photo", value: id });
  return input;
}

function newStar() {
  const star = document.querySelector("#star").content.firstElementChild.cloneNode(true);
  star.dataset.new = "yes";
  return star;
}
