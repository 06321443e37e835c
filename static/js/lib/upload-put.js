// One file over the wire. A resumable protocol would replace `put` and nothing else.

import { csrfToken } from "./dom.js";

/** Trying again would not help. */
export class Refusal extends Error {}

/** XMLHttpRequest, because fetch does not tell how much of a body has left. */
export function put(url, body, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status === 201 && request.response) resolve(request.response);
      else reject(problemOf(request.status, request.response));
    });
    const broken = () => reject(new Error("The connection broke, or the file is no longer there."));
    request.addEventListener("error", broken);
    request.addEventListener("abort", broken);
    request.send(body);
  });
}

export function problemOf(status, body) {
  const text = body?.error?.message;
  if (status === 401 || status === 403) {
    return new Refusal("Your session is over. Sign in again in another tab, then try again.");
  }
  if (status === 413) return new Refusal("The server takes no files as large as this.");
  if (status === 422) return new Refusal(text ?? "The server does not accept this file.");
  const problem = new Error(text ?? `The server answered with error ${status}.`);
  problem.runIsOver = status === 404 || status === 409;
  return problem;
}
