/** Pages that show work going on: an import, a job. */

import "../elements/live-fragment.js";

// The list below the progress was made while the work went on.
document.addEventListener("ended", (event) => {
  if (event.target.hasAttribute("data-reload-at-end")) location.reload();
});
