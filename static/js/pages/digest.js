/** What a day brought: arrows go from day to day, U undoes the day's thinning. */

import { listen } from "../lib/keys.js";

const follow = (selector) => {
  const found = document.querySelector(selector);
  found?.click();
  return Boolean(found);
};

listen({
  ArrowLeft: () => follow("[rel=prev]"),
  ArrowRight: () => follow("[rel=next]"),
  u: () => follow("[data-undo]"),
});
