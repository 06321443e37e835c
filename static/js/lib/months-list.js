// The months of a place, asked for once: for the sheet of months and for the strip at the edge.

const asked = new Map();

/** The fragment of months as HTML text. */
export function monthsHtml(address) {
  if (!asked.has(address)) asked.set(address, ask(address));
  return asked.get(address);
}

async function ask(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(`The months could not be read (${answer.status}).`);
  return answer.text();
}

/** The first day section that is still on the screen. */
export function dayOnScreen() {
  return [...document.querySelectorAll(".day[data-day]")].find(
    (section) => section.getBoundingClientRect().bottom > 60,
  );
}
