// A list that is put in order by dragging, or with its buttons up and down.

import { ServerElement, announce, on } from "../lib/dom.js";

/**
 * <order-list> around an ordered list whose items hold a hidden input and two buttons.
 * The order of the inputs is what the form sends. Without a script the buttons send the form.
 */
class OrderList extends ServerElement {
  init() {
    this.list = this.querySelector("ol");
    for (const item of this.items) item.draggable = true;
    on(this, "click", "button[name=move]", (event, button) => this.step(event, button));
    on(this, "dragstart", "li", (event, item) => this.lift(event, item));
    this.addEventListener("dragover", (event) => this.dragOver(event));
    this.addEventListener("dragend", () => this.drop());
    this.showEnds();
  }

  get items() {
    return [...this.list.children];
  }

  step(event, button) {
    event.preventDefault();
    const item = button.closest("li");
    const isUp = button.value.endsWith(" up");
    const other = isUp ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (isUp) other.before(item);
    else other.after(item);
    this.showEnds();
    // The button may just have been switched off at an end of the list.
    const usable = button.disabled ? item.querySelector("button:not(:disabled)") : button;
    usable.focus();
    this.tell(item);
  }

  lift(event, item) {
    this.lifted = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    item.classList.add("is-lifted");
  }

  dragOver(event) {
    const over = event.target.closest?.("li");
    if (!this.lifted || !over || !this.contains(over)) return;
    event.preventDefault();
    if (over === this.lifted) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(this.lifted);
    else over.after(this.lifted);
  }

  drop() {
    if (!this.lifted) return;
    this.lifted.classList.remove("is-lifted");
    this.tell(this.lifted);
    this.lifted = null;
    this.showEnds();
  }

  showEnds() {
    const items = this.items;
    for (const [place, item] of items.entries()) {
      const [up, down] = item.querySelectorAll("button");
      up.disabled = place === 0;
      down.disabled = place === items.length - 1;
    }
  }

  tell(item) {
    const name = item.querySelector(".order__name").firstChild.data.trim();
    announce(`${name}: place ${this.items.indexOf(item) + 1} of ${this.items.length}`);
  }
}

customElements.define("order-list", OrderList);
