// The strip of groups: those before and after the one on the desk, a page at a time.

import { on } from "./dom.js";

const ROWS_LEFT = 4; // then the next page is fetched

export class GroupsBeside {
  constructor(element, go) {
    this.element = element;
    this.list = element.querySelector("[data-beside-list]");
    on(element, "click", "a", (event, link) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(link.getAttribute("href"));
    });
    on(element, "click", "[data-earlier]", () => this.#more("earlier"));
    on(element, "click", "[data-later]", () => this.#more("later"));
  }

  /** Mark the group that is on the desk. */
  async show(desk) {
    if (!this.element.checkVisibility?.() && !this.element.hidden) return;
    this.address = desk.dataset.beside;
    this.element.hidden = false;
    if (!this.#row(desk.dataset.group)) {
      const rows = await this.#fetch(desk.dataset.beside, "around");
      if (rows) this.list.replaceChildren(...rows);
    }
    const here = this.#row(desk.dataset.group);
    for (const each of this.list.children) {
      each.querySelector("a").toggleAttribute("aria-current", each === here);
      if (each === here) each.querySelector("a").setAttribute("aria-current", "true");
    }
    here?.scrollIntoView({ block: "nearest" });
    const rows = [...this.list.children];
    if (here && rows.length - rows.indexOf(here) <= ROWS_LEFT) this.#more("later");
  }

  mark(group, isDecided) {
    this.#row(group)?.toggleAttribute("data-decided", isDecided);
  }

  #row(group) {
    return this.list.querySelector(`[data-beside-group="${group}"]`);
  }

  async #more(way) {
    const edge = way === "earlier" ? this.list.firstElementChild : this.list.lastElementChild;
    if (!edge || this.isAsking) return;
    this.isAsking = true;
    const address = this.address.replace(/\d+(?=\/beside)/, edge.dataset.besideGroup);
    const rows = await this.#fetch(address, way);
    this.isAsking = false;
    if (!rows) return;
    const button = this.element.querySelector(`[data-${way}]`);
    button.hidden = rows.length === 0;
    if (way === "earlier") this.list.prepend(...rows);
    else this.list.append(...rows);
  }

  async #fetch(address, way) {
    const answer = await fetch(`${address}&way=${way}`).catch(() => null);
    if (!answer?.ok) return null;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return [...template.content.children].filter((each) => !this.#row(each.dataset.besideGroup));
  }
}
