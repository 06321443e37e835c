// The list of an upload: what was chosen, by key, with its sums; kept over a reload.

import { fileAt } from "./chosen-files.js";
import { breathe } from "./dom.js";
import { UploadItem } from "./upload-item.js";
import { Meter } from "./upload-meter.js";

const SAY_EVERY = 500;

export class UploadList {
  items = [];
  meter = new Meter();
  run = null;
  #byKey = new Map();
  #roots = new Map(); // number -> handle
  #numbers = new Map(); // handle -> number
  #left = null;

  constructor(store) {
    this.store = store;
  }

  /** Take up what was left by the page before. */
  async load() {
    const { items, roots, run } = await this.store.load();
    Object.assign(this, { run });
    this.#roots = roots;
    for (const values of items) {
      const item = new UploadItem(values);
      item.isLeft = item.isInterrupted;
      if (item.isLeft) item.state = "waiting";
      this.#append(item);
    }
  }

  /** Those that were not sent, and whose files this page has not got yet. */
  get left() {
    return this.#left ??= this.items.filter((item) => item.isLeft);
  }

  /** Folders that have to be opened anew to go on; none if some file lies in no kept folder. */
  get rootsToOpen() {
    const numbers = new Set(this.left.map((item) => item.root));
    const handles = [...numbers].map((number) => this.#roots.get(number));
    return handles.every(Boolean) ? handles : [];
  }

  async mayOpenRoots() {
    return this.#eachRoot((root) => root.queryPermission({ mode: "read" }));
  }

  /** Asks the person; must be called from a press of theirs. */
  async openRoots() {
    return this.#eachRoot((root) => root.requestPermission({ mode: "read" }));
  }

  takeLeft() {
    const { left } = this;
    for (const item of left) item.isLeft = false;
    this.#left = null;
    return left;
  }

  /** Those of which this page has the files; the others must be chosen again. */
  withFiles(items) {
    const isThere = (item) => item.file || this.#roots.has(item.root);
    for (const item of items) item.isLeft = !isThere(item);
    this.#left = null;
    return items.filter(isThere);
  }

  keepRun(run) {
    this.run = run;
    this.store.keepRun(run);
  }

  get isOver() {
    return this.meter.isOver && !this.items.some((item) => item.mayBeTriedAgain);
  }

  /** A new selection after everything was over begins a list of its own, with its own sum. */
  async clear() {
    this.items = [];
    this.meter = new Meter();
    this.run = null;
    this.#left = null;
    for (const map of [this.#byKey, this.#roots, this.#numbers]) map.clear();
    await this.store.clear();
  }

  /**
   * Add what was chosen; returns the items that are to be sent now. What is on the list already
   * only gets its file again. `look` is told how many were looked at.
   */
  async add(chosen, look) {
    const toSend = [];
    for (const [index, one] of chosen.entries()) {
      // To ask for a file's size is to ask the disk: half a minute for 20,000 on a slow one.
      await breathe();
      if (index % SAY_EVERY === SAY_EVERY - 1) look(index + 1);
      const item = UploadItem.chosen({ ...one, root: await this.#numberOf(one.root) });
      const known = this.#byKey.get(item.key);
      if (!known) {
        this.#append(item);
        this.store.keep(item);
        toSend.push(item);
      } else if (known.isLeft || known.mayBeTriedAgain) {
        Object.assign(known, { file: item.file, root: item.root, isLeft: false });
        toSend.push(known);
      }
    }
    this.#left = null;
    return toSend;
  }

  fileOf(item) {
    const root = this.#roots.get(item.root);
    if (!root) throw new Error("The file must be chosen again.");
    return fileAt(root, item.path);
  }

  /** How many files the run is going to have: those that ended in another one are not its own. */
  expected(run) {
    const elsewhere = (item) => item.page && item.page !== run?.page && !item.isInterrupted;
    return this.items.filter((item) => !elsewhere(item)).length;
  }

  changed(item, before) {
    this.meter.moved(item, before);
    if (item.state !== "sending" || before !== "sending") this.store.keep(item);
  }

  async #eachRoot(ask) {
    const roots = this.rootsToOpen;
    for (const root of roots) if ((await ask(root)) !== "granted") return false;
    return roots.length > 0;
  }

  #append(item) {
    this.items.push(item);
    this.#byKey.set(item.key, item);
    this.meter.add(item);
  }

  async #numberOf(root) {
    if (!root) return null;
    if (!this.#numbers.has(root)) {
      const number = await this.store.keepRoot(root);
      this.#numbers.set(root, number);
      if (number !== null) this.#roots.set(number, root);
    }
    return this.#numbers.get(root);
  }
}
