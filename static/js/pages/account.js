/** The account page: a button that copies the new token, where the browser allows it. */

class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    // Over plain http on a local network there is no clipboard; selecting by hand still works.
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("code").textContent);
      button.textContent = "Copied";
    });
  }
}

customElements.define("copy-text", CopyText);
