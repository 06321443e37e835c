// What is sent to the server with a decision, and what is said of it.

import { csrfToken } from "./dom.js";

/** All answers of a group, or those that a person gave herself so far. */
export function trayData(desk, isReady) {
  const data = withToken();
  if (isReady) data.append("ready", "1");
  for (const each of desk.photos.all) {
    if (isReady || "answered" in each.dataset) data.append(`photo-${each.dataset.photo}`, each.dataset.state);
  }
  return data;
}

/** So that the answer names the group as part of the list that is reviewed. */
export function withListOf(desk) {
  const data = withToken();
  data.append("list", new URL(desk.dataset.list, location.href).search.slice(1));
  return data;
}

export function withToken() {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", csrfToken());
  return data;
}

export function summaryOf(desk, isTray) {
  const { kept, archived, trashed } = desk.photos.count("all");
  const parts = [`kept ${kept}`];
  if (archived) parts.push(`archived ${archived}`);
  if (trashed) parts.push(`${trashed} to the trash`);
  const words = `Of ${desk.photos.all.length} photos ${parts.join(", ")}`;
  return isTray ? `In the tray: ${words.toLowerCase()}, once confirmed` : words;
}
