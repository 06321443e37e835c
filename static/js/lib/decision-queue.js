// Decisions on their way to the server: one after the other, in the order in which they were made.

/** Answers with JSON; throws a Refusal with the server's reason, or one that is `isLost`. */
export async function post(address, data) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
      keepalive: true, // a page that is left does not take the decision along
    });
  } catch {
    throw new Refusal("The server cannot be reached.", { isLost: true });
  }
  const found = await answer.json().catch(() => null);
  if (answer.ok && found) return found;
  throw new Refusal(found?.error?.message ?? reasonFor(answer), { isQuestion: found?.error?.question });
}

export class Refusal extends Error {
  constructor(reason, { isLost = false, isQuestion = false } = {}) {
    super(reason);
    Object.assign(this, { isLost, isQuestion });
  }
}

function reasonFor({ status, ok }) {
  if (ok) return "You are no longer signed in. Sign in in another window, then try again.";
  if (status === 403) return "This page is too old. Reload it and decide again.";
  if (status === 404) return "This group is no longer here.";
  return `Something broke on the server (${status}).`;
}

/**
 * Jobs are `{ address(), data(), done(answer), refused(refusal) }`. A refused one leaves the queue;
 * where the server was not reached the others wait behind it until something is added again.
 */
export class DecisionQueue {
  #waiting = [];
  #running = null;
  #isHeld = false;
  refusals = 0;
  #whenIdle = [];

  constructor() {
    window.addEventListener("online", () => this.#resume());
    window.addEventListener("beforeunload", (event) => {
      if (this.size) event.preventDefault();
    });
  }

  get size() {
    return this.#waiting.length + (this.#running ? 1 : 0);
  }

  add(job) {
    // What came back is decided again before what waits behind it.
    if (this.#isHeld) this.#waiting.unshift(job);
    else this.#waiting.push(job);
    this.#resume();
  }

  /** Take a job out that has not been sent yet; tells whether it was so. */
  cancel(job) {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }

  /** Until all is sent, or what is left waits behind something refused. */
  idle() {
    return this.size && !this.#isHeld ? new Promise((resolve) => this.#whenIdle.push(resolve)) : Promise.resolve();
  }

  #resume() {
    this.#isHeld = false;
    if (!this.#running) this.#work();
  }

  async #work() {
    while (this.#waiting.length && !this.#isHeld) {
      this.#running = this.#waiting.shift();
      await this.#send(this.#running);
      this.#running = null;
    }
    if (!this.size || this.#isHeld) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  async #send(job) {
    try {
      const address = job.address();
      if (address) job.done(await post(address, job.data()));
    } catch (refusal) {
      this.#isHeld = refusal.isLost === true;
      this.refusals += 1;
      job.refused(refusal);
    }
  }
}
