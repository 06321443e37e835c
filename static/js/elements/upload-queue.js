// The upload page's list: takes files by picker or drop, shows each one's way and the whole.

import { filesIn, keepsFolders, pickFolder, picked, takeDrops } from "../lib/chosen-files.js";
import { announce, on, plural, ServerElement } from "../lib/dom.js";
import { Awake } from "../lib/upload-awake.js";
import { Hasher } from "../lib/upload-hasher.js";
import { UploadList } from "../lib/upload-list.js";
import { OutcomeWatcher } from "../lib/upload-outcomes.js";
import { UploadSender } from "../lib/upload-sender.js";
import { UploadServer } from "../lib/upload-server.js";
import { UploadStore } from "../lib/upload-store.js";
import { UploadView } from "../lib/upload-view.js";

const HASHERS = 2;
const SAY_EVERY = 500;

/**
 * Wraps the plain upload form. Attributes: `data-begin` (where a run is begun), `data-probe`
 * (answers while there is a way to the server), `data-hasher` (the script of its workers),
 * `data-owner` (whose list it is), `data-restore` (the act that takes photos out of the trash).
 */
class UploadQueue extends ServerElement {
  async init() {
    const store = new UploadStore();
    this.list = new UploadList(store);
    this.sender = new UploadSender({
      server: new UploadServer(this.dataset),
      hasher: new Hasher(this.dataset.hasher, HASHERS),
      expected: (run) => this.list.expected(run),
      fileOf: (item) => this.list.fileOf(item),
    });
    this.outcomes = new OutcomeWatcher();
    this.awake = new Awake();
    this.view = new UploadView(this, this.list, this.sender);
    this.#listen();
    await store.open(this.dataset.owner);
    await this.list.load();
    this.classList.add("is-live");
    await this.#takeUp();
  }

  #listen() {
    this.sender.addEventListener("change", (event) => this.#changed(event.detail));
    this.sender.addEventListener("run", () => this.list.keepRun(this.sender.run));
    this.sender.line.addEventListener("change", () => this.view.draw());
    this.outcomes.addEventListener("settled", (event) => this.#settled(event.detail));
    for (const input of this.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => {
        this.#add(picked(input));
        input.value = ""; // the same files may be chosen again
      });
    }
    on(this, "click", "[data-pick]", (_, button) => this.#pick(button.dataset.pick));
    on(this, "click", "[data-filter]", (_, button) => this.view.show(button.dataset.filter));
    on(this, "click", "[data-act]", (_, button) => this.#acts[button.dataset.act]());
    takeDrops(this, (chosen) => this.#add(chosen));
    addEventListener("beforeunload", (event) => this.sender.isBusy && event.preventDefault());
  }

  #acts = {
    retry: () => this.#retry(),
    restore: () => this.#restore(),
    "try-now": () => this.sender.line.tryNow(),
    "go-on": () => this.#goOn(),
    clear: () => this.#clear(),
  };

  /** What the page before this one left: outcomes still to come, and files still to be sent. */
  async #takeUp() {
    for (const item of this.list.items) if (item.state === "reading") this.outcomes.watch(item);
    if (this.list.left.length || !this.list.run) this.sender.run = this.list.run;
    else this.sender.close(this.list.run);
    this.view.draw();
    if (await this.list.mayOpenRoots()) this.#send(this.list.takeLeft());
  }

  async #pick(name) {
    const input = this.view.part(name);
    if (name !== "folder" || !keepsFolders()) return input.click();
    const folder = await pickFolder().catch(() => input.click());
    if (folder) await this.#add(filesIn(folder));
  }

  async #add(files) {
    if (this.list.isOver) await this.list.clear();
    const chosen = [];
    for await (const one of files) {
      chosen.push(one);
      if (chosen.length % SAY_EVERY === 0) this.view.looking(chosen.length);
    }
    const toSend = await this.list.add(chosen, (count) => this.view.looking(count));
    this.view.looking(null);
    if (!chosen.length) return;
    const known = chosen.length - toSend.length;
    const rest = known ? ` ${plural(known, "file")} on the list already.` : "";
    announce(`${plural(toSend.length, "file")} chosen. Sending begins.${rest}`);
    this.#send(toSend);
  }

  #send(items) {
    this.sender.add(items);
    this.view.begin();
  }

  /** Folders that the browser remembers, but opens only when their owner says so. */
  async #goOn() {
    if (await this.list.openRoots()) this.#send(this.list.takeLeft());
  }

  #changed({ item, before }) {
    this.list.changed(item, before);
    if (item.state === "reading" && before !== "reading") this.outcomes.watch(item);
    this.awake.want(this.sender.isBusy);
    this.view.drawSoon();
  }

  #settled(answers) {
    for (const { item, answer } of answers) {
      const { photo, page: photoPage, reason } = answer;
      this.sender.set(item, answer.outcome, { photo, photoPage, reason });
    }
  }

  #retry() {
    const failed = this.list.items.filter((item) => item.mayBeTriedAgain);
    this.#send(this.list.withFiles(failed));
  }

  async #restore() {
    const trashed = this.list.items.filter((item) => item.state === "in_trash");
    const values = { photo: trashed.map((item) => item.photo) };
    await htmx.ajax("POST", this.dataset.restore, { target: "#undo-bar", values });
    for (const item of trashed) this.sender.set(item, "already_here", { reason: "" });
    this.view.begin();
  }

  async #clear() {
    if (this.sender.run) this.sender.close(this.sender.run);
    this.sender.run = null;
    await this.list.clear();
    this.view.begin();
  }
}

customElements.define("upload-queue", UploadQueue);
