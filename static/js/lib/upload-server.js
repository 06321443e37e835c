// What the upload page asks of the server, and what went wrong if it did not work.

/** There is no way to the server now: wait for it, and nothing is lost. */
export class NoLine extends Error {}

/** The session is over: wait until its owner has signed in again. */
export class SignedOut extends Error {}

/** The run takes nothing in any more. `isCancelled`: because a person wanted it so. */
export class RunIsOver extends Error {}

/** The server is there and says no; another try may help. */
export class Problem extends Error {}

export class UploadServer {
  constructor({ begin, probe }) {
    this.beginUrl = begin;
    this.probeUrl = probe;
  }

  /** Open a run; `continues` is the number of the one that ended too early. */
  async begin(expected, continues) {
    const form = new FormData();
    form.set("expected", expected);
    if (continues) form.set("continues", continues);
    return this.#ask(this.beginUrl, { method: "POST", body: form });
  }

  async offer(run, items, expected) {
    const files = items.map((item) => ({
      name: item.path,
      size: item.size,
      modified: item.modified,
      sha256: item.sha256,
    }));
    const body = JSON.stringify({ files, expected });
    const headers = { "Content-Type": "application/json" };
    try {
      return (await this.#ask(`${run.page}offer/`, { method: "POST", body, headers })).answers;
    } catch (problem) {
      if (problem.status === 404) throw new RunIsOver("This upload is no longer there.");
      throw problem;
    }
  }

  async close(run) {
    // If this is lost, the server closes the run itself after some time.
    await this.#ask(`${run.page}close/`, { method: "POST" }).catch(() => {});
  }

  /** Whether there is a way to the server, and the session holds. Raises what hinders. */
  async probe() {
    await this.#ask(this.probeUrl, { cache: "no-store" });
  }

  async #ask(address, options) {
    const headers = { ...headersOfOurs(), ...options.headers };
    const answer = await fetch(address, { ...options, headers }).catch(() => {
      throw new NoLine("No connection to the server.");
    });
    const body = answer.status === 204 ? null : await answer.json().catch(() => null);
    if (!answer.ok) throw problemOf(answer.status, body);
    return body;
  }
}

export function headersOfOurs() {
  return { "X-CSRFToken": csrfToken(), Accept: "application/json" };
}

export function problemOf(status, body) {
  const text = body?.error?.message;
  if (!status || status >= 502 || status === 500) return new NoLine("The server does not answer.");
  if (status === 401 || status === 403) return new SignedOut("Your session is over.");
  if (body?.error && "cancelled" in body.error) {
    const over = new RunIsOver(text);
    over.isCancelled = body.error.cancelled;
    return over;
  }
  const problem = new Problem(text ?? `The server answered with error ${status}.`);
  problem.status = status;
  problem.isRefusal = status === 413 || status === 507;
  return problem;
}

/** From the cookie: whoever signs in anew in another tab gets another one than the page's. */
function csrfToken() {
  const found = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  return found ? found[1] : "";
}
