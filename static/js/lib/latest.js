// Ask again and again while something is dragged: one question at a time, and always the newest.

/** A function that runs `ask`; called while that still runs, it runs once more afterwards. */
export function latest(ask) {
  let busy = false;
  let again = false;
  return async function run() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    do {
      again = false;
      await ask();
    } while (again);
    busy = false;
  };
}
