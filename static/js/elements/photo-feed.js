// Days of photos without end: loads pages at both ends while one scrolls, and takes the pictures
// of days that are far away out of the document again, so that it never grows.

import { ServerElement } from "../lib/dom.js";

const LOAD_AHEAD_PX = 3000;
const KEEP_AROUND_PX = 4000;

/**
 * <photo-feed> around one <photo-grid>, which holds .day sections and the links to more of them.
 * Emits "photo-feed:filled" on each .day whose frames have come (back).
 */
class PhotoFeed extends ServerElement {
  init() {
    this.days = this.querySelector("photo-grid");
    this.ends = new IntersectionObserver((seen) => this.loadSeen(seen), {
      rootMargin: `${LOAD_AHEAD_PX}px 0px`,
    });
    this.keeper = new IntersectionObserver((moved) => this.parkAndFill(moved), {
      rootMargin: `${KEEP_AROUND_PX}px 0px`,
    });
    this.adopt(this.days.children);
    this.rememberPlace();
  }

  adopt(elements) {
    for (const element of elements) {
      if (element.matches(".more")) this.ends.observe(element);
      else if (element.matches(".day")) this.keeper.observe(element);
    }
    this.joinDays();
  }

  loadSeen(seen) {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting) this.load(target);
    }
  }

  async load(end) {
    this.ends.unobserve(end);
    const link = end.querySelector("a");
    const answer = await fetch(`${link.href}&part=days`, { headers: { "HX-Request": "true" } })
      .catch(() => null);
    // The link stays and can be pressed: nothing is lost but the comfort.
    if (!answer?.ok) return;
    const page = document.createElement("template");
    page.innerHTML = await answer.text();
    if (end.matches("[data-newer]")) this.addAbove(end, page.content);
    else this.addBelow(end, page.content);
  }

  addBelow(end, content) {
    content.querySelectorAll("[data-newer], .feed__end").forEach((part) => part.remove());
    fillUpLastRow(end.previousElementSibling, content.querySelector(".day"));
    this.replaceEnd(end, content);
  }

  addAbove(end, content) {
    content.querySelectorAll("[data-older], .feed__end").forEach((part) => part.remove());
    // What is on the screen stays where it is. A frame, because the day may lose its heading.
    const anchor = this.querySelector(".frame:target, .frame") ?? end.nextElementSibling;
    const before = anchor.getBoundingClientRect().top;
    this.replaceEnd(end, content);
    scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  }

  replaceEnd(end, content) {
    const added = [...content.children];
    end.replaceWith(content);
    for (const day of added) if (day.matches(".day")) this.tell(day);
    this.adopt(added);
  }

  /** A day that began on the page before has one heading, and no gap in its rows. */
  joinDays() {
    let previous = null;
    for (const day of this.days.querySelectorAll(".day")) {
      day.classList.toggle("day--continues", previous?.dataset.day === day.dataset.day);
      previous = day;
    }
  }

  parkAndFill(moved) {
    for (const { isIntersecting, target, boundingClientRect } of moved) {
      if (isIntersecting) this.fill(target);
      else this.park(target, boundingClientRect);
    }
  }

  park(day, { height, width }) {
    const frames = day.querySelector(".frames");
    if (day.parked || !height || day.contains(document.activeElement)) return;
    // Set by script they are allowed, parsed from text they are not.
    for (const styled of frames.querySelectorAll("[style]")) styled.removeAttribute("style");
    day.parked = frames.innerHTML;
    day.parkedWidth = width;
    day.style.setProperty("height", `${height}px`);
    day.dataset.parked = "";
    frames.replaceChildren();
  }

  fill(day) {
    if (!day.parked) return;
    day.querySelector(".frames").innerHTML = day.parked;
    day.style.removeProperty("height");
    delete day.dataset.parked;
    day.parked = null;
    this.tell(day);
  }

  tell(day) {
    day.dispatchEvent(new CustomEvent("photo-feed:filled", { bubbles: true }));
  }

  /** Keep the address of what is on the screen, for reload and for the way back. */
  rememberPlace() {
    let waiting = 0;
    addEventListener(
      "scroll",
      () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => this.writePlace(), 250);
      },
      { passive: true },
    );
  }

  writePlace() {
    const frame = document
      .elementsFromPoint(this.getBoundingClientRect().left + 20, 90)
      .map((element) => element.closest(".frame"))
      .find(Boolean);
    if (scrollY < 200 && !this.querySelector("[data-newer]")) {
      history.replaceState(null, "", location.pathname);
    } else if (frame) {
      history.replaceState(null, "", `?photo=${frame.dataset.photo}`);
    }
  }
}

/** Take the frames of an unfinished row over to where their day goes on. */
function fillUpLastRow(day, next) {
  if (!day?.matches(".day:not([data-parked])") || day.dataset.day !== next?.dataset.day) return;
  const frames = [...day.querySelectorAll(".frame:not([hidden])")];
  const row = frames.filter((frame) => frame.offsetTop === frames.at(-1).offsetTop);
  if (row.length < frames.length) next.querySelector(".frames").prepend(...row);
}

customElements.define("photo-feed", PhotoFeed);
