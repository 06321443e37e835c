// Selecting groups: tick by tick, a range with shift, all on the page, or all that match.

import { ServerElement, announce, plural } from "../lib/dom.js";
import { listen } from "../lib/keys.js";

/** <group-selection form="id of the form with the acts">, around rows with a tick each. */
class GroupSelection extends ServerElement {
  init() {
    this.form = document.getElementById(this.getAttribute("form"));
    if (!this.form) return;
    this.all = this.form.querySelector("[data-all]");
    this.addEventListener("click", (event) => {
      if (event.target.matches("input[name=group]")) this.pick(event.target, event.shiftKey);
    });
    this.form.addEventListener("change", () => this.show());
    listen({ x: (event) => this.toggleAt(event), "Shift+x": (event) => this.toggleAt(event), Escape: () => this.clear() });
    this.show();
  }

  get ticks() {
    return [...this.querySelectorAll("input[name=group]")];
  }

  pick(tick, isRange) {
    const all = this.ticks;
    if (isRange && this.last && all.includes(this.last)) {
      const [first, end] = [all.indexOf(this.last), all.indexOf(tick)].sort((a, b) => a - b);
      for (const each of all.slice(first, end + 1)) each.checked = tick.checked;
    }
    this.last = tick;
    this.show();
  }

  /** The row that has the focus, by key. */
  toggleAt(event) {
    const tick = document.activeElement?.closest(".group-row")?.querySelector("input[name=group]");
    if (!tick) return false;
    tick.checked = !tick.checked;
    this.pick(tick, event.shiftKey);
    return true;
  }

  clear() {
    if (!this.ticks.some((tick) => tick.checked) && !this.all.checked) return false;
    for (const tick of this.ticks) tick.checked = false;
    this.all.checked = false;
    this.show();
    return true;
  }

  show() {
    const count = this.ticks.filter((tick) => tick.checked).length;
    const isAny = count > 0 || this.all.checked;
    const text = this.all.checked ? "All that wait here" : `${plural(count, "group")} selected`;
    const output = this.form.querySelector("[data-selected-count]");
    const shown = isAny ? text : "Tick groups, or take all";
    if (this.shown !== undefined && this.shown !== shown) announce(isAny ? text : "Nothing selected");
    this.shown = output.textContent = shown;
    for (const tick of this.ticks) tick.closest(".group-row").classList.toggle("is-selected", tick.checked || this.all.checked);
    for (const button of this.form.querySelectorAll("button[name=act]")) button.disabled = !isAny;
  }
}

customElements.define("group-selection", GroupSelection);
