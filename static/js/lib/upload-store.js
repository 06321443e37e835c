// What the upload page remembers over a reload: the list, the import it fills, chosen folders.
// The bytes are not kept; where the browser gives a handle to a folder, that is.

const STORES = ["items", "roots", "facts"];
const AT_ONCE = 1500; // more would hold up the page
const PAUSE = 700; // between writes: thousands of changes come in a minute
const KEEP_A_FINISHED_LIST = 12 * 3600 * 1000;

/** All methods do nothing where the browser keeps nothing, in a private window perhaps. */
export class UploadStore {
  #database = null;
  #dirty = new Set();
  #timer = null;

  async open(owner) {
    this.#database = await opened(`contact-sheet-upload-${owner}`).catch(() => null);
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  /** @returns {Promise<{ items: object[], roots: Map<number, FileSystemHandle>, run: object? }>} */
  async load() {
    const nothing = { items: [], roots: new Map(), run: null };
    if (!this.#database) return nothing;
    const changedAt = await this.#get("facts", "changed");
    const items = await this.#all("items");
    const isOver = items.every((item) => item.isSettled);
    if (isOver && Date.now() - (changedAt ?? 0) > KEEP_A_FINISHED_LIST) {
      await this.clear();
      return nothing;
    }
    const keys = await this.#ask("roots", "readonly", (store) => store.getAllKeys());
    const handles = await this.#all("roots");
    const roots = new Map(keys.map((key, index) => [key, handles[index]]));
    return { items, roots, run: (await this.#get("facts", "run")) ?? null };
  }

  /** Keep a handle; returns its number, or null where that is not possible. */
  async keepRoot(handle) {
    if (!this.#database || !handle) return null;
    return this.#ask("roots", "readwrite", (store) => store.add(handle)).catch(() => null);
  }

  keepRun(run) {
    if (this.#database) this.#ask("facts", "readwrite", (store) => store.put(run, "run"));
  }

  keep(item) {
    this.#dirty.add(item);
    if (this.#database) this.#timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  async clear() {
    this.#dirty.clear();
    if (!this.#database) return;
    const all = this.#database.transaction(STORES, "readwrite");
    for (const name of STORES) all.objectStore(name).clear();
    await ended(all);
  }

  /** Write what has changed now. A page that goes away may have no time for it. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#database || !this.#dirty.size) return;
    const some = this.#database.transaction(["items", "facts"], "readwrite");
    const store = some.objectStore("items");
    for (const item of [...this.#dirty].slice(0, AT_ONCE)) {
      this.#dirty.delete(item);
      store.put(item.kept);
    }
    some.objectStore("facts").put(Date.now(), "changed");
    if (this.#dirty.size) this.#timer = setTimeout(() => this.flush(), PAUSE);
  }

  #get(name, key) {
    return this.#ask(name, "readonly", (store) => store.get(key));
  }

  #all(name) {
    return this.#ask(name, "readonly", (store) => store.getAll());
  }

  #ask(name, mode, act) {
    return answered(act(this.#database.transaction(name, mode).objectStore(name)));
  }
}

function opened(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("items", { keyPath: "key" });
    request.result.createObjectStore("roots", { autoIncrement: true });
    request.result.createObjectStore("facts");
  };
  return answered(request);
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
