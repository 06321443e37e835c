// One chosen file on its way.

const SIDE_FILE = /\.(json|xmp)$/i;

/** Before its bytes are all at the server. */
export const UNSENT = ["waiting", "checking", "ready", "sending"];
/** Before it is known what became of it. */
export const ON_THE_WAY = [...UNSENT, "reading"];

/**
 * `state` is waiting, checking (its checksum is made, the server asked), ready, sending, reading
 * (a worker has it), or how it ended: added, already_here, in_trash, refused, side_file, failed.
 *
 * What is kept over a reload is in `kept`; the file itself must be given anew.
 */
export class UploadItem {
  constructor(values) {
    Object.assign(this, {
      path: "",
      size: 0,
      modified: 0,
      root: null, // number of the kept folder it lies in
      sha256: "",
      state: "waiting",
      reason: "",
      mayChange: false, // refused for now: there may be room later
      wasHere: false, // the server had it: its bytes did not travel
      id: null, // of its row in the import
      page: null, // of the import
      photo: null,
      photoPage: null,
    });
    for (const name of Object.keys(this)) if (name in values) this[name] = values[name];
    this.file = values.file ?? null;
    this.isSideFile = SIDE_FILE.test(this.path);
    Object.assign(this, { sent: 0, sentBefore: 0, tries: 0, isLeft: false });
    this.upload = null;
  }

  static chosen({ path, file, root }) {
    const values = { path, file, root: root ?? null };
    if (!file) return new UploadItem(values);
    return new UploadItem({ ...values, size: file.size, modified: file.lastModified });
  }

  /** The same file chosen again has the same key. */
  get key() {
    return `${this.path}\n${this.size}\n${this.modified}`;
  }

  get kept() {
    const { file, isSideFile, sent, sentBefore, tries, isLeft, upload, ...rest } = this;
    return { ...rest, key: this.key, isSettled: this.isSettled };
  }

  get isSettled() {
    return !ON_THE_WAY.includes(this.state);
  }

  /** A page that went away was about to send it. */
  get isInterrupted() {
    return UNSENT.includes(this.state);
  }

  get mayBeTriedAgain() {
    return this.state === "failed" || (this.state === "refused" && this.mayChange);
  }
}
