// Files as people give them: from a picker, or dropped as files and whole folders.

const AT_ONCE = 64;

/**
 * One chosen file. `file` is missing if the browser could not read it; `root` is a handle of the
 * folder it lies in, where the browser gives one that is still good after a reload.
 * @typedef {{ path: string, file?: File, root?: FileSystemDirectoryHandle }} Chosen
 */

/** @returns {Chosen[]} */
export function picked(input) {
  return Array.from(input.files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Whether a folder can be chosen in a way that outlives a reload. */
export const keepsFolders = () => "showDirectoryPicker" in window;

/**
 * Let a person choose a folder that is remembered; null if they changed their mind.
 * @returns {Promise<FileSystemDirectoryHandle?>}
 */
export async function pickFolder() {
  try {
    return await window.showDirectoryPicker({ id: "photos", mode: "read" });
  } catch (problem) {
    if (problem.name === "AbortError") return null;
    throw problem;
  }
}

/**
 * Everything in a remembered folder.
 * @returns {AsyncGenerator<Chosen>}
 */
export async function* filesIn(root, folder = root, path = root.name) {
  const folders = [];
  let waiting = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === "directory") folders.push([handle, `${path}/${name}`]);
    else waiting.push(chosenFrom(root, handle, `${path}/${name}`));
    if (waiting.length === AT_ONCE) {
      yield* await Promise.all(waiting);
      waiting = [];
    }
  }
  yield* await Promise.all(waiting);
  for (const [inner, innerPath] of folders) yield* filesIn(root, inner, innerPath);
}

/** The file at a path that `filesIn` gave before; fails if it is no longer there. */
export async function fileAt(root, path) {
  const names = path.split("/").slice(1);
  const name = names.pop();
  let folder = root;
  for (const each of names) folder = await folder.getDirectoryHandle(each);
  return (await folder.getFileHandle(name)).getFile();
}

/**
 * Take what is dropped anywhere in the window: a near miss must not replace the page by a
 * picture. Meanwhile the element has the attribute `data-dragging`.
 */
export function takeDrops(element, take) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const enter = (change) => (event) => {
    if (hasFiles(event)) element.toggleAttribute("data-dragging", (depth += change) > 0);
  };
  addEventListener("dragenter", enter(1));
  addEventListener("dragleave", enter(-1));
  addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    element.removeAttribute("data-dragging");
    take(dropped(event.dataTransfer));
  });
}

/**
 * Everything that was dropped, folders included. What is asked of the browser must be asked
 * during the event: afterwards it forgets what was dropped.
 * @returns {AsyncGenerator<Chosen>}
 */
function dropped(dataTransfer) {
  const items = [...dataTransfer.items].filter((item) => item.kind === "file");
  const asked = items.map((item) => ({
    handle: item.getAsFileSystemHandle?.().catch(() => null),
    entry: item.webkitGetAsEntry?.() ?? item.getAsFile(),
  }));
  return unpacked(asked);
}

async function* unpacked(asked) {
  for (const { handle, entry } of asked) {
    const root = await handle;
    if (root?.kind === "directory") yield* filesIn(root);
    else if (entry) yield* walk([entry]);
  }
}

async function* walk(entries) {
  for (const entry of entries) {
    if (entry instanceof File) {
      yield { path: entry.name, file: entry };
    } else if (entry.isFile) {
      yield { path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry) };
    } else {
      yield* walk(await entriesIn(entry));
    }
  }
}

async function chosenFrom(root, handle, path) {
  return { path, root, file: await handle.getFile().catch(() => undefined) };
}

function fileOf(entry) {
  return new Promise((resolve) => entry.file(resolve, () => resolve(undefined)));
}

/** A folder gives its entries in pieces, until it gives none. */
async function entriesIn(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return all;
    all.push(...some);
  }
}
