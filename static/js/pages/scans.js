// The form of a scan.

import "../elements/threshold-field.js";
import "../elements/window-sliders.js";
import { on } from "../lib/dom.js";

// A camera or an album remembers what was chosen for it: its choices are shown with it.
on(document, "change", "[data-scope] select", (event, select) => {
  const scope = select.closest("[data-scope]");
  const address = new URL(scope.dataset.scope, location.href);
  for (const each of scope.querySelectorAll("select")) {
    if (each.value) address.searchParams.set(each.name, each.value);
  }
  const name = document.querySelector("#scan-form [name=name]").value;
  if (name) address.searchParams.set("name", name);
  location.assign(address);
});
