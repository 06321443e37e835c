// The sheet of months: asked for when it is first opened, then marks the month on the screen.

import { dayOnScreen, monthsHtml } from "../lib/months-list.js";

const jump = document.getElementById("jump");

async function open() {
  const months = jump.querySelector("[data-months]");
  if (!months.dataset.isThere) {
    months.innerHTML = await monthsHtml(months.dataset.months);
    months.dataset.isThere = "yes";
  }
  mark(months);
}

function mark(months) {
  const day = dayOnScreen();
  for (const cell of months.querySelectorAll("[data-month]")) {
    if (day?.dataset.day.startsWith(cell.dataset.month)) cell.setAttribute("aria-current", "date");
    else cell.removeAttribute("aria-current");
  }
  months.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

jump?.addEventListener("toggle", (event) => {
  // Without the months the link in their place still leads to them.
  if (event.newState === "open") open().catch(() => undefined);
});
