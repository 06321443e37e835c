// The keys of the page of one group; the same in the full view.

import { listen } from "./keys.js";

export function listenOnDesk(run) {
  const desk = () => run.desk;
  // The arrows of a focused answer choose among the answers, as everywhere.
  const unlessAnswering = (act) => (event) => (event.target.type === "radio" ? false : act(event));
  // Nothing happens twice because a key was held, nor on a group that is just leaving.
  const once = (act) => (event) => {
    if (event.repeat) return;
    if (run.isBusy) run.early.end();
    else act(event);
  };
  // Answers and ways decide nothing: they wait for a group that is on its way.
  const soon = (act) => (event) => {
    if (!event.repeat) run.soon(act);
  };
  const step = (by) => (event) => {
    if (!event.repeat || !run.isBusy) run.soon(() => desk().step(by));
  };
  const answer = (state) => soon(() => desk().answer(state));
  const acts = {
    ArrowLeft: unlessAnswering(step(-1)),
    ArrowRight: unlessAnswering(step(1)),
    ArrowUp: unlessAnswering(answer("keep")),
    ArrowDown: unlessAnswering(answer("trash")),
    p: answer("keep"),
    x: answer("trash"),
    a: answer("archive"),
    c: once(() => desk().answer("cover")),
    n: once(() => run.decisions.setApart(desk().photos.current)),
    "Shift+n": once(() => run.decisions.setAllApart()),
    s: soon(() => run.goOn()),
    j: soon(() => run.goOn()),
    k: soon(() => run.goBack()),
    "Shift+ArrowRight": soon(() => run.goOn()),
    "Shift+ArrowLeft": soon(() => run.goBack()),
    Enter: (event) => {
      // Enter on another button or a link means that button or link.
      const other = event.target.closest?.("button:not([data-show]), a, summary");
      if (other) return false;
      return once(() => apply(run))(event);
    },
    u: once(() => run.decisions.undo()),
    "Ctrl+z": once(() => run.decisions.undo()),
    v: once(() => toggle(desk())),
    Space: unlessAnswering((event) => {
      if (event.target.closest?.("button:not([data-show]), a, summary, [type=checkbox]")) return false;
      return once(() => toggle(desk()))(event);
    }),
    z: once(() => desk().view?.toWhole()),
    b: (event) => desk().view?.flicker(event),
    d: once(() => desk().view?.switchTo("difference")),
    "+": () => desk().moveLine(1),
    "=": () => desk().moveLine(1),
    "-": () => desk().moveLine(-1),
    "?": () => document.getElementById("keys").showModal(),
  };
  listen(acts);
  // The open full view keeps the keys from the page behind it: it hears them itself.
  document.addEventListener("keydown", (event) => {
    const viewer = desk().view?.dialog;
    if (!viewer?.open || viewer.dataset.hears) return;
    viewer.dataset.hears = "";
    const stop = listen(acts, viewer);
    viewer.addEventListener("close", () => (delete viewer.dataset.hears, stop()), { once: true });
  }, { capture: true });
  document.addEventListener("keyup", (event) => {
    if (event.key === "b") desk().view?.letGo(event);
  });
}

function apply(run) {
  const { desk } = run;
  if (desk.isDecided || !desk.form) run.goOn();
  else desk.form.requestSubmit(desk.querySelector("[data-apply]"));
}

function toggle(desk) {
  if (desk.view?.isOpen) desk.view.close();
  else desk.view?.open();
}
