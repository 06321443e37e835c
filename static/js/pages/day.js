/** A day of a fixed camera. */

import "../elements/live-fragment.js";
import "../elements/day-player.js";

document.addEventListener("ended", (event) => {
  if (event.target.hasAttribute("data-reload-at-end")) location.reload();
});
