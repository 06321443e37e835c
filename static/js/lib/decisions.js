// What was decided in a sitting: sent in order, shown with its undo, brought back if refused.

import { CameBack } from "./came-back.js";
import { summaryOf, trayData, withListOf, withToken } from "./decision-data.js";
import { post } from "./decision-queue.js";
import { ask } from "./desk-question.js";
import { announce } from "./dom.js";
import { sayUndo } from "./undo-words.js";

export class Decisions {
  constructor(run) {
    this.run = run;
    this.cameBack = new CameBack(run);
    this.made = []; // what "undo" takes back, the last at the end
  }

  /** Do what the desk says: at once, or into the tray on a small screen. Shows the next group. */
  apply() {
    const { desk } = this.run;
    if (this.run.isBusy || desk.isDecided) return;
    if (desk.usesTray) this.#send(desk, { address: desk.dataset.tray, data: trayData(desk, true), isTray: true });
    else this.send(desk.form.getAttribute("action"));
  }

  /** Send the form of the desk, and perhaps more fields, to an address and go on. */
  send(address, more = {}) {
    const { desk } = this.run;
    if (this.run.isBusy || desk.isDecided) return;
    const data = new FormData(desk.form);
    for (const [name, value] of Object.entries(more)) data.append(name, value);
    this.#send(desk, { address, data, isTray: false });
  }

  setAllApart() {
    this.send(this.run.desk.querySelector("[data-not-similar]")?.getAttribute("formaction"));
  }

  /** One photo leaves the group; the others stay on the desk. */
  setApart(photo) {
    const { run } = this;
    const { desk } = run;
    if (desk.isDecided || !desk.form) return;
    const data = new FormData(desk.form);
    data.append("photo", photo.dataset.photo);
    const entry = { desk, isApart: true };
    const address = desk.querySelector("[data-not-similar]").getAttribute("formaction");
    run.queue.add(this.#job(entry, address, data));
    run.queue.idle().then(() => run.reload());
  }

  /** Store another cover of the group, after all that was decided before it. */
  async chooseCover(desk, photo) {
    await this.run.queue.idle();
    const data = withToken();
    data.append("photo", photo.dataset.photo);
    const { undo } = await post(desk.dataset.coverAddress, data);
    if (!undo) return;
    this.made.push({ desk, isApart: true, undo });
    sayUndo(`Cover: ${photo.dataset.name}`, () => this.undo());
  }

  /** Keep on the server what was answered so far, without doing anything. */
  keepInTray(desk) {
    if (!desk.usesTray || desk.isDecided) return;
    this.run.queue.add({
      address: () => desk.dataset.tray,
      data: () => trayData(desk, false),
      done: ({ waiting }) => this.#trayHolds(waiting),
      refused: (refusal) => desk.say(refusal.message),
    });
  }

  undo() {
    const entry = this.made.pop();
    if (!entry) return this.#undoEarlier();
    const { run } = this;
    this.#takeBack(entry);
    if (run.queue.cancel(entry.job)) return true;
    run.queue.add({
      address: () => (entry.isRefused ? "" : entry.isTray ? entry.desk.dataset.tray : entry.undo),
      data: () => (entry.isTray ? trayData(entry.desk, false) : withToken()),
      done: (answer) => {
        if (entry.isTray) this.#trayHolds(answer.waiting);
        if (entry.isApart) this.#showAgain(entry.desk);
      },
      refused: (refusal) => {
        run.reload(entry.desk.dataset.address).then(() => run.desk.say(refusal.message));
      },
    });
    return true;
  }

  /** The group as the server has it now, with what was answered on this desk of it. */
  async #showAgain(desk) {
    await this.run.reload(desk.dataset.address);
    if (this.run.desk.dataset.group === desk.dataset.group) this.run.desk.photos.takeOver(desk.photos);
  }

  /** Undo a decision of an earlier sitting by its address, and show its group. */
  undoAt(address) {
    const { run } = this;
    run.queue.add({
      address: () => address,
      data: () => withListOf(run.desk),
      done: ({ summary, group }) => {
        announce(`Undone: ${summary}`);
        sayUndo(`Undone: ${summary}`);
        run.reload(group || undefined);
      },
      refused: (refusal) => run.desk.say(refusal.message),
    });
  }

  #undoEarlier() {
    const { undo } = this.run.desk.dataset;
    if (undo) this.undoAt(undo);
    else announce("There is nothing to undo");
    return true;
  }

  #send(desk, { address, data, isTray }) {
    const { run } = this;
    const entry = { desk, isTray };
    run.queue.add(this.#job(entry, address, data));
    if (!isTray) run.count(1);
    run.beside.mark(desk.dataset.group, true);
    sayUndo(summaryOf(desk, isTray), () => this.undo());
    run.goOn();
  }

  #job(entry, address, data) {
    this.made.push(entry);
    entry.job = {
      address: () => address,
      data: () => data,
      done: (answer) => {
        entry.undo = answer.undo;
        if (entry.isTray) this.#trayHolds(answer.waiting);
        else if (!entry.isApart) entry.desk.dataset.undo = answer.undo;
      },
      refused: (refusal) => this.#bringBack(entry, refusal),
    };
    return entry.job;
  }

  #takeBack(entry) {
    const { run } = this;
    if (!entry.isTray && !entry.isApart) run.count(-1);
    run.beside.mark(entry.desk.dataset.group, false);
    sayUndo("");
    if (!entry.isApart && run.desk !== entry.desk) run.show(entry.desk);
    announce("Undone. The group is open again, with your answers.");
  }

  /** A refused decision: its group comes back as it was left, with the reason. */
  #bringBack(entry, refusal) {
    const { run } = this;
    entry.isRefused = true;
    this.made = this.made.filter((each) => each !== entry);
    if (!entry.isTray && !entry.isApart) run.count(-1);
    run.beside.mark(entry.desk.dataset.group, false);
    sayUndo("");
    this.cameBack.add(entry.desk, () => this.#sayRefusal(entry.desk, refusal));
  }

  #sayRefusal(desk, { message, isLost, isQuestion }) {
    if (isQuestion) {
      ask(desk, message, () => this.send(desk.form.getAttribute("action"), { even_if_empty: "1" }));
      return;
    }
    const waiting = this.run.queue.size ? ` ${this.run.queue.size} more wait to be sent after it.` : "";
    const again = isLost ? ` Your answers are still here: press Enter to send them again.${waiting}` : "";
    desk.say(`Not done: ${message}${again}`);
  }

  #trayHolds(waiting) {
    this.run.waiting = waiting;
    this.run.desk.sayPlace(this.run.decided, waiting);
  }
}
