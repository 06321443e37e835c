// The sheet of months: asked for when it is first opened, then marks the month on the screen.

const jump = document.getElementById("jump");

async function open() {
  const months = jump.querySelector("[data-months]");
  if (!months.dataset.isThere) {
    const answer = await fetch(months.dataset.months, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    months.innerHTML = await answer.text();
    months.dataset.isThere = "yes";
  }
  mark(months);
}

function mark(months) {
  const day = [...document.querySelectorAll(".day[data-day]")].find(
    (section) => section.getBoundingClientRect().bottom > 0,
  );
  for (const cell of months.querySelectorAll("[data-month]")) {
    if (day?.dataset.day.startsWith(cell.dataset.month)) cell.setAttribute("aria-current", "date");
    else cell.removeAttribute("aria-current");
  }
  months.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

jump?.addEventListener("toggle", (event) => {
  if (event.newState === "open") open();
});
