// Brings files to the server: checksum, question, sending; a few at a time. Knows no page.

import { Line } from "./upload-line.js";
import { send } from "./upload-send.js";
import { NoLine, RunIsOver, SignedOut } from "./upload-server.js";
import { CANCELLED, UNREADABLE, verdict } from "./upload-trouble.js";

const HASHED_AT_ONCE = 2;
const SENT_AT_ONCE = 3;
const ASKED_AT_ONCE = 150;
// Checksums run no further ahead than is soon sent: the disk is also wanted for sending.
const READY_AHEAD = 400;

/** Fires "change" with { item, before } as detail, and "run" when it goes on in another run. */
export class UploadSender extends EventTarget {
  #waiting = []; // side files first: a photo's date may stand in one, and is read with the photo
  #hashing = 0;
  #hashed = []; // the server is to be asked about them
  #isAsking = false;
  #ready = []; // the server wants them
  #sending = 0;
  #pausing = 0; // before another try
  #sides = new Set(); // side files that have not arrived yet
  #over = null; // number of the run that ended before everything was sent

  /**
   * `expected(run)` tells how many files the run is going to have, `fileOf(item)` gives the file
   * of one that was kept over a reload.
   */
  constructor({ server, hasher, expected, fileOf }) {
    super();
    Object.assign(this, { server, hasher, expected, fileOf, run: null });
    this.line = new Line(server);
    this.line.addEventListener("change", () => this.#pump());
  }

  get isBusy() {
    const some = this.#waiting.length + this.#hashed.length + this.#ready.length;
    return this.#isAsking || some + this.#hashing + this.#sending + this.#pausing > 0;
  }

  add(items) {
    for (const item of items) {
      Object.assign(item, { tries: 0, sent: 0, sentBefore: 0 });
      this.set(item, "waiting", { reason: "", mayChange: false });
      if (item.isSideFile) this.#sides.add(item);
    }
    const side = items.filter((item) => item.isSideFile);
    const rest = items.filter((item) => !item.isSideFile);
    this.#waiting = [...side, ...this.#waiting, ...rest];
    this.#pump();
  }

  set(item, state, values = {}) {
    const before = item.state;
    Object.assign(item, values, { state });
    if (item.isSettled || state === "reading") this.#sides.delete(item);
    this.dispatchEvent(new CustomEvent("change", { detail: { item, before } }));
  }

  #pump() {
    const isHungry = () => this.#ready.length + this.#hashed.length < READY_AHEAD;
    while (this.#hashing < HASHED_AT_ONCE && this.#waiting.length && isHungry()) {
      this.#hash(this.#waiting.shift());
    }
    // Many in one question; few only if no other is about to come.
    const isWorthIt = this.#hashed.length >= ASKED_AT_ONCE || !this.#hashing;
    const mayAsk = this.line.isOpen && !this.#isAsking;
    if (mayAsk && isWorthIt && this.#hashed.length) this.#ask();
    while (this.line.isOpen && this.run && this.#sending < SENT_AT_ONCE) {
      const next = this.#nextReady();
      if (!next) break;
      this.#send(next);
    }
    if (!this.isBusy && this.run) this.close(this.run);
  }

  #nextReady() {
    const index = this.#sides.size ? this.#ready.findIndex((item) => item.isSideFile) : 0;
    return index < 0 ? null : this.#ready.splice(index, 1)[0];
  }

  async #hash(item) {
    this.#hashing += 1;
    this.set(item, "checking");
    try {
      item.file ??= await this.fileOf(item);
      item.sha256 ||= await this.hasher.sha256(item.file);
      this.#hashed.push(item);
    } catch {
      this.set(item, "failed", { reason: UNREADABLE });
    }
    this.#hashing -= 1;
    this.#pump();
  }

  async #ask() {
    this.#isAsking = true;
    const items = this.#hashed.splice(0, ASKED_AT_ONCE);
    try {
      if (!this.run) this.#goOnIn(await this.server.begin(this.expected(null), this.#over));
      const answers = await this.server.offer(this.run, items, this.expected(this.run));
      items.forEach((item, index) => this.#answered(item, answers[index]));
    } catch (problem) {
      await this.#troubled(items, problem);
    }
    this.#isAsking = false;
    this.#pump();
  }

  #answered(item, answer) {
    const values = { page: this.run.page, id: answer.id ?? null };
    if (answer.outcome === "send") {
      Object.assign(item, { upload: answer.upload, sent: answer.arrived });
      this.set(item, "ready", values);
      this.#ready.push(item);
      return;
    }
    const hasArrived = answer.outcome === "waiting"; // the answer that said so was lost
    if (!answer.may_change) item.file = null;
    item.wasHere = !hasArrived && answer.outcome !== "side_file";
    Object.assign(values, { photo: answer.photo, photoPage: answer.page, reason: answer.reason });
    values.mayChange = answer.may_change;
    this.set(item, hasArrived ? "reading" : answer.outcome, values);
  }

  async #send(item) {
    this.#sending += 1;
    this.set(item, "sending");
    const onProgress = (sent) => {
      item.sent = Math.min(sent, item.size);
      this.set(item, "sending");
    };
    try {
      const id = await send(this.run, item, item.file, onProgress);
      // 20,000 files need not be held.
      Object.assign(item, { sent: item.size, file: null });
      this.set(item, "reading", { id });
    } catch (problem) {
      if (problem.status === 460) item.sha256 = ""; // the file was changed since
      await this.#troubled([item], problem);
    }
    this.#sending -= 1;
    this.#pump();
  }

  async #troubled(items, problem) {
    if (problem instanceof RunIsOver) this.#runIsOver(problem);
    if (problem instanceof NoLine || problem instanceof SignedOut) this.line.broke(problem);
    for (const item of items) {
      const { state, pause, ...values } = await verdict(item, problem);
      this.set(item, state, values);
      if (state === "waiting") this.#againAfter(item, pause);
    }
  }

  /** The server is asked anew what it has of the file: that is where its sending goes on. */
  #againAfter(item, pause) {
    this.#pausing += 1;
    setTimeout(() => {
      this.#pausing -= 1;
      if (item.sha256) this.#hashed.unshift(item);
      else this.#waiting.unshift(item);
      this.#pump();
    }, pause);
  }

  /** Closed as forgotten: another one goes on. Cancelled by its owner: nothing does. */
  #runIsOver({ isCancelled }) {
    this.#over = isCancelled ? null : (this.run?.run ?? this.#over);
    this.#goOnIn(null);
    const ready = this.#ready.splice(0);
    if (!isCancelled) {
      this.#hashed.push(...ready);
      return;
    }
    const left = [...ready, ...this.#hashed.splice(0), ...this.#waiting.splice(0)];
    for (const item of left) this.set(item, "failed", { reason: CANCELLED });
  }

  /** No more files will come for this run. */
  close(run) {
    this.server.close(run);
    this.#over = null;
    this.#goOnIn(null);
  }

  #goOnIn(run) {
    this.run = run;
    this.dispatchEvent(new Event("run"));
  }
}
