// A question on the desk that Enter never answers: only its own button does.

export function ask(desk, reason, yes) {
  const notice = document.createElement("div");
  notice.className = "notice notice--warning";
  notice.setAttribute("role", "alert");
  const body = document.createElement("div");
  body.className = "notice__body";
  const words = document.createElement("p");
  words.textContent = `Keep none of these photos? Nothing was moved yet. ${reason}`;
  const button = document.createElement("button");
  button.className = "button button--small button--mark";
  button.type = "button";
  button.textContent = "Trash them all the same";
  button.addEventListener("click", yes, { once: true });
  body.append(words, button);
  notice.append(body);
  desk.querySelector("[data-notice]").replaceChildren(notice);
}
