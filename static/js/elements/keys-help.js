// The list of keys of a page, on "?": the dialog with the id "keys".

import { listen } from "../lib/keys.js";

listen({
  "?": () => {
    const keys = document.getElementById("keys");
    keys?.showModal();
    return Boolean(keys);
  },
});
