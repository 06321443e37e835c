// Sends files, a few at a time, each as the body of one request. Knows nothing of the page.

import { csrfToken } from "./dom.js";
import { problemOf, put, Refusal } from "./upload-put.js";

const AT_ONCE = 4;
const PAUSES = [1000, 3000, 9000]; // before each new try of a file whose sending broke
const SIDE_FILE = /\.(json|xmp)$/i;

/**
 * A file on its way. `state` is waiting, sending, reading (a worker has it), or how it ended:
 * added, already_here, in_trash, refused, side_file, failed.
 */
export class UploadItem {
  constructor({ path, file }) {
    this.path = path;
    this.file = file;
    this.size = file?.size ?? 0;
    this.isSideFile = SIDE_FILE.test(path);
    this.state = "waiting";
    this.sent = 0;
    this.tries = 0;
    this.reason = "";
  }

  get isSettled() {
    return !["waiting", "sending", "reading"].includes(this.state);
  }
}

/** Fires "change" with the item as detail. */
export class UploadSender extends EventTarget {
  #waiting = [];
  #sending = new Set();
  #run = null;

  constructor(beginUrl, mostBytes) {
    super();
    this.beginUrl = beginUrl;
    this.mostBytes = mostBytes;
  }

  get isBusy() {
    return this.#sending.size > 0 || this.#waiting.length > 0;
  }

  add(items) {
    // Side files go first: a photo's date may stand in one, and is read when the photo arrives.
    const side = items.filter((item) => item.isSideFile);
    const rest = items.filter((item) => !item.isSideFile);
    this.#waiting = [...side, ...this.#waiting, ...rest];
    this.#fill();
  }

  retry(items) {
    for (const item of items) {
      item.tries = 0;
      item.sent = 0;
      this.#set(item, "waiting");
    }
    this.add(items);
  }

  /** Tell the server that no more will come, even while the page is going away. */
  leave() {
    const form = new FormData();
    form.set("csrfmiddlewaretoken", csrfToken());
    this.#run?.then((run) => navigator.sendBeacon(`${run.page}close/`, form));
  }

  #fill() {
    while (this.#sending.size < AT_ONCE && this.#waiting.length) {
      const sidesAreOnTheirWay = [...this.#sending].some((item) => item.isSideFile);
      if (sidesAreOnTheirWay && !this.#waiting[0].isSideFile) return;
      this.#send(this.#waiting.shift());
    }
    if (!this.isBusy) this.#close();
  }

  async #send(item) {
    this.#sending.add(item);
    this.#set(item, "sending");
    try {
      if (!item.file) throw new Refusal("Your browser could not read it.");
      this.#run ??= this.#begin();
      const run = await this.#run;
      const { id } = await this.#put(run, item);
      Object.assign(item, { id, page: run.page, sent: item.size });
      this.#set(item, "reading");
    } catch (problem) {
      this.#again(item, problem);
    }
    this.#sending.delete(item);
    this.#fill();
  }

  async #begin() {
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
    try {
      const answer = await fetch(this.beginUrl, { method: "POST", headers });
      if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => null));
      return await answer.json();
    } catch (problem) {
      this.#run = null;
      throw problem;
    }
  }

  async #close() {
    const run = this.#run;
    this.#run = null;
    if (!run) return;
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
    const { page } = await run;
    // If this is lost, the server closes the upload itself after some hours.
    fetch(`${page}close/`, { method: "POST", headers }).catch(() => {});
  }

  #put(run, item) {
    const query = new URLSearchParams({
      name: item.path,
      size: item.size,
      modified: item.file.lastModified,
    });
    // A file that is too large is only announced, so that its refusal is on the list.
    const body = item.size > this.mostBytes ? null : item.file;
    return put(`${run.page}files/?${query}`, body, (sent) => {
      item.sent = Math.min(sent, item.size);
      this.#set(item, "sending");
    });
  }

  #again(item, problem) {
    item.sent = 0;
    if (problem.runIsOver) this.#run = null;
    const pause = PAUSES[item.tries];
    if (problem instanceof Refusal || pause === undefined) {
      item.reason = problem.message;
      this.#set(item, "failed");
      return;
    }
    item.tries += 1;
    this.#set(item, "waiting");
    // Counts as on its way meanwhile: a server in trouble gets less to do, not more.
    const placeholder = {};
    this.#sending.add(placeholder);
    setTimeout(() => {
      this.#sending.delete(placeholder);
      this.#waiting.unshift(item);
      this.#fill();
    }, pause);
  }

  #set(item, state) {
    const before = item.state;
    item.state = state;
    this.dispatchEvent(new CustomEvent("change", { detail: { item, before } }));
  }
}
