// SHA-256 of files, away from the page. Never holds more than one piece in memory.

import { sha256 } from "../../vendor/noble-hashes-2.4.0/sha2.js";

// The browser's own is ten times as fast but takes a file in one go, and is missing on plain http.
const IN_ONE_GO = 32 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;

addEventListener("message", async ({ data: { id, file } }) => {
  try {
    postMessage({ id, digest: hex(await digestOf(file)) });
  } catch (problem) {
    postMessage({ id, problem: String(problem) });
  }
});

async function digestOf(file) {
  if (self.crypto.subtle && file.size <= IN_ONE_GO) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  }
  const digest = sha256.create();
  for (let start = 0; start < file.size; start += PIECE) {
    digest.update(new Uint8Array(await file.slice(start, start + PIECE).arrayBuffer()));
  }
  return digest.digest();
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
