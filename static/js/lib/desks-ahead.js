// Fetches the next groups before they are asked for, with their pictures.

const DECODED_AHEAD = 8; // pictures; of more than that the first are seen first

export class DesksAhead {
  #found = new Map(); // address -> promise of the element

  ask(address) {
    if (!address) return null;
    if (!this.#found.has(address)) {
      const asked = fetchDesk(address);
      asked.catch(() => this.#found.delete(address)); // asked again when it is needed
      this.#found.set(address, asked);
    }
    return this.#found.get(address);
  }

  take(address) {
    const asked = this.ask(address);
    this.#found.delete(address);
    return asked;
  }

  /** What was fetched may no longer be true. */
  forget() {
    this.#found.clear();
  }
}

/** The desk of a group as an element whose first pictures are ready to be drawn. */
export async function fetchDesk(address, more = "") {
  const answer = await fetch(`${address}&part=desk${more}`);
  if (!answer.ok || answer.redirected) throw new Error(`The group was not found (${answer.status}).`);
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  // Inside the document's own tree the pictures begin to load at once.
  const desk = document.importNode(template.content, true).querySelector("review-desk");
  const pictures = [...desk.querySelectorAll("img[src]:not([loading=lazy])")].slice(0, DECODED_AHEAD);
  for (const each of pictures) each.decode().catch(() => undefined);
  return desk;
}
