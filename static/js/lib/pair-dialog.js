// The table of all pairs of a group, over the page.

export async function openPairs(address) {
  const dialog = document.getElementById("pairs");
  const here = dialog.querySelector("[data-pairs-here]");
  dialog.showModal();
  const answer = await fetch(`${address}&part=table`).catch(() => null);
  if (answer?.ok) here.innerHTML = await answer.text();
  else here.textContent = "The pairs cannot be loaded now. Try again in a moment.";
  dialog.scrollTo(0, 0);
}
