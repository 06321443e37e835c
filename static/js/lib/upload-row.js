// One row of the upload page's list, and which rows a filter shows.

import { clone } from "./dom.js";
import { ON_THE_WAY } from "./upload-item.js";
import { bytes } from "./sizes.js";
import { stateText } from "./upload-words.js";

/** Which states a filter shows. */
export const STATES_OF = {
  way: ON_THE_WAY,
  added: ["added"],
  already_here: ["already_here"],
  in_trash: ["in_trash"],
  refused: ["refused"],
  side_file: ["side_file"],
  archive: ["archive"],
  failed: ["failed"],
};

export const isShown = (item, filter) => STATES_OF[filter].includes(item.state);

export function drawRow(row, item) {
  row.dataset.state = item.state;
  const [name, state, bar] = row.querySelectorAll(".upload__name, .upload__state, progress");
  const end = item.path.lastIndexOf("/") + 1;
  row.querySelector(".upload__folder").textContent = item.path.slice(0, end);
  row.querySelector(".upload__file").textContent = item.path.slice(end);
  name.title = item.path;
  if (item.photoPage) name.href = item.photoPage;
  else name.removeAttribute("href");
  state.textContent = stateText(item);
  state.title = item.reason;
  const icon = row.querySelector(".upload__icon");
  if (icon.dataset.state !== item.state) {
    const drawing = document.querySelector(`template[data-icon~="${item.state}"]`);
    icon.replaceChildren(clone(drawing));
    icon.dataset.state = item.state;
  }
  row.querySelector(".upload__size").textContent = bytes(item.size);
  bar.hidden = item.state !== "sending";
  bar.value = item.size ? item.sent / item.size : 0;
}
