// What the upload page says.

import { plural } from "./dom.js";
import { UNSENT } from "./upload-item.js";

const WORDS = {
  waiting: "waiting",
  checking: "being compared",
  ready: "waiting",
  sending: "sending",
  reading: "sent, being read",
  added: "added",
  already_here: "already here",
  in_trash: "in your trash",
  refused: "refused",
  side_file: "read beside its photo",
  archive: "opened once everything is here",
  failed: "failed",
};

export function duration(seconds) {
  if (seconds < 50) return `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${Math.max(1, minutes)} min`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function stateText(item) {
  if (item.state === "sending") {
    return item.size ? `${Math.floor((100 * item.sent) / item.size)} %` : WORDS.sending;
  }
  if (item.state === "waiting" && item.tries) return "waiting for another try";
  const hasReason = item.reason && ["refused", "failed"].includes(item.state);
  return hasReason ? `${WORDS[item.state]}: ${item.reason}` : WORDS[item.state];
}

export function headline(meter, left) {
  const all = plural(meter.total, "file");
  if (left) return `${meter.settled.toLocaleString("en")} of ${all} done`;
  if (meter.isOver) return `${all} done`;
  if (!meter.isSending) {
    return `All sent. Reading ${(meter.settled + 1).toLocaleString("en")} of ${all}`;
  }
  const sent = meter.total - meter.countAll(UNSENT);
  return `Sending ${Math.min(sent + 1, meter.total).toLocaleString("en")} of ${all}`;
}

export function resumeSentence(meter, left, roots) {
  const done = plural(meter.total - left, "finished file");
  const again = `${done} will not be sent again, and begun ones go on where they stopped.`;
  if (roots.length) {
    const names = roots.map((root) => `“${root.name}”`).join(", ");
    return `This upload was interrupted. Open ${names} again to go on: ${again}`;
  }
  return `This upload was interrupted. Choose the same folder or photos again to go on: ${again}`;
}

/** "1,992 added · 5 already here · 2 in your trash · 1 refused: not an image" */
export function endSentence(meter, items) {
  const parts = ["added", "already_here", "in_trash"].map((state) => [state, ""]);
  for (const state of ["refused", "failed"]) {
    const reasons = new Set(items.filter((i) => i.state === state).map((i) => i.reason));
    parts.push([state, reasons.size === 1 ? `: ${[...reasons][0]}` : ""]);
  }
  const sides = meter.count("side_file");
  const text = parts
    .filter(([state]) => meter.count(state))
    .map(([state, why]) => `${meter.count(state).toLocaleString("en")} ${WORDS[state]}${why}`);
  if (sides) text.push(`${plural(sides, "side file")} read`);
  const archives = meter.count("archive");
  if (archives) text.push(`${plural(archives, "archive")} being opened`);
  return text.join(" · ");
}
