/** The tuner of a fixed camera. */

import "../elements/live-fragment.js";
import "../elements/mask-painter.js";
import "../elements/frame-tuner.js";
import "../elements/score-line.js";

document.addEventListener("ended", (event) => {
  if (event.target.hasAttribute("data-reload-at-end")) location.reload();
});
