// Light, dark, or as the system has it. A cookie, so that the server sends the right colours.

import { ServerElement, on } from "../lib/dom.js";

const ONE_YEAR_S = 31_536_000;

class ThemeSwitch extends ServerElement {
  init() {
    this.hidden = false;
    this.show(document.documentElement.dataset.theme ?? "system");
    on(this, "click", "[data-theme-choice]", (_, button) => {
      this.choose(button.dataset.themeChoice);
    });
  }

  choose(theme) {
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    const age = theme === "system" ? 0 : ONE_YEAR_S;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
    this.show(theme);
  }

  show(theme) {
    for (const button of this.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
