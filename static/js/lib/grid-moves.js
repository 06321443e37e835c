// Which frame lies beside another one: order for left and right, geometry for up and down.

export function neighbour(frames, frame, direction) {
  const place = frames.indexOf(frame);
  if (direction === "ArrowLeft") return frames[place - 1];
  if (direction === "ArrowRight") return frames[place + 1];
  if (direction === "ArrowUp") return inNextRow(frames.slice(0, place).reverse(), frame);
  return inNextRow(frames.slice(place + 1), frame);
}

/** Of the next row among the frames ahead, the one that is most nearly above or below. */
function inNextRow(ahead, frame) {
  const from = frame.getBoundingClientRect();
  const middle = from.left + from.width / 2;
  let rowTop = null;
  let best = null;
  let bestDistance = Infinity;
  for (const candidate of ahead) {
    const box = candidate.getBoundingClientRect();
    if (Math.abs(box.top - from.top) < 2) continue;
    rowTop ??= box.top;
    if (Math.abs(box.top - rowTop) > 2) break;
    const distance = Math.abs(box.left + box.width / 2 - middle);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
