// What is to be done with a file after something went wrong.

import { NoLine, RunIsOver, SignedOut } from "./upload-server.js";

export const CANCELLED = "The upload was cancelled.";
export const UNREADABLE = "Your browser could not read it. Perhaps it was changed, moved or deleted.";

const SECONDS_BETWEEN_TRIES = [1, 3, 9, 27, 60];
// A line that breaks again and again without one byte more: a proxy that takes no large files.
const BREAKS_FOR_A_TRY = 4;

/**
 * `state` is "waiting" (after `pause` ms it is to be asked about again), "refused" or "failed".
 * @returns {Promise<{ state: string, reason?: string, mayChange?: boolean, pause?: number }>}
 */
export async function verdict(item, problem) {
  if (problem instanceof NoLine && item.file && !(await isReadable(item.file))) {
    return { state: "failed", reason: UNREADABLE };
  }
  if (problem instanceof RunIsOver) {
    return problem.isCancelled
      ? { state: "failed", reason: CANCELLED }
      : { state: "waiting", pause: 0 };
  }
  if (problem.isRefusal) {
    return { state: "refused", reason: problem.message, mayChange: problem.status === 507 };
  }
  return again(item, problem);
}

function again(item, problem) {
  const isOfTheLine = problem instanceof NoLine || problem instanceof SignedOut;
  const hasMoved = item.sent > item.sentBefore;
  item.sentBefore = item.sent;
  if (hasMoved) item.tries = 0;
  else item.tries += isOfTheLine ? 1 / BREAKS_FOR_A_TRY : 1;
  // Whoever must sign in may take as long as they like.
  if (problem instanceof SignedOut) item.tries = 0;
  if (item.tries > SECONDS_BETWEEN_TRIES.length) {
    return { state: "failed", reason: problem.message };
  }
  // The line has its own pauses.
  const seconds = isOfTheLine ? 0 : SECONDS_BETWEEN_TRIES[Math.max(0, Math.ceil(item.tries) - 1)];
  return { state: "waiting", pause: seconds * 1000 };
}

async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
