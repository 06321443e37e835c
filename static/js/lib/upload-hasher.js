// Checksums of files, made by a few workers side by side.

/** `sha256(file)` gives a promise; it fails if the file cannot be read (any more). */
export class Hasher {
  #waiting = new Map(); // number of the question -> how to answer it
  #workers;
  #asked = 0;

  constructor(address, count) {
    this.#workers = Array.from({ length: count }, () => this.#hire(address));
  }

  sha256(file) {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#workers[id % this.#workers.length].postMessage({ id, file });
    });
  }

  #hire(address) {
    const worker = new Worker(address, { type: "module" });
    worker.addEventListener("message", ({ data: { id, digest, problem } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (digest) resolve(digest);
      else reject(new Error(problem));
    });
    // Without checksums nothing could be resumed: all that wait are told.
    worker.addEventListener("error", (event) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message));
      this.#waiting.clear();
    });
    return worker;
  }
}
