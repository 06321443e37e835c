// Files as people give them: from a picker, or dropped as files and whole folders.

/**
 * One chosen file. `file` is missing if the browser could not read it.
 * @typedef {{ path: string, file?: File }} Chosen
 */

/** @returns {Chosen[]} */
export function picked(input) {
  return [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * Everything that was dropped, folders included. Must be called during the event: afterwards the
 * browser forgets what was dropped.
 * @returns {AsyncGenerator<Chosen>}
 */
export function dropped(dataTransfer) {
  const items = [...dataTransfer.items].filter((item) => item.kind === "file");
  return walk(items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean));
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
  addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    element.removeAttribute("data-dragging");
    const all = [];
    for await (const chosen of dropped(event.dataTransfer)) all.push(chosen);
    take(all);
  });
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
