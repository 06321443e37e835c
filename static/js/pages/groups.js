// The list of groups: J and K go from group to group, Enter opens one, X ticks it.

import "../elements/group-selection.js";
import { listen } from "../lib/keys.js";

const links = () => [...document.querySelectorAll(".group-row__link")];

function go(step) {
  const all = links();
  const here = all.indexOf(document.activeElement?.closest(".group-row")?.querySelector(".group-row__link"));
  const target = all[Math.min(all.length - 1, Math.max(0, here + step))];
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

listen({ j: () => go(1), k: () => go(-1), ArrowDown: () => go(1), ArrowUp: () => go(-1) });

document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

for (const select of document.querySelectorAll("select[data-submit]")) {
  select.form.querySelector("[data-without-script]").hidden = true;
  select.addEventListener("change", () => select.form.submit());
}

// What an undo brought back belongs into the list.
document.body.addEventListener("photos-returned", () => location.reload());
