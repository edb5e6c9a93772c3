// data-moves="up" or "down": a choice goes one place up or down among the others; their order is what is sent.
document.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-moves]");
  if (!mover) return;
  const item = mover.closest("li");
  if (mover.dataset.moves === "up" && !item.previousElementSibling?.hasAttribute("data-fixed")) item.previousElementSibling?.before(item);
  if (mover.dataset.moves === "down") item.nextElementSibling?.after(item);
  mover.focus();
});

// data-unfolds: the head of a group shows or hides its rows; they are read when they are shown first.
document.addEventListener("click", (event) => {
  const head = event.target.closest("[data-unfolds]");
  if (!head) return;
  const group = head.closest("tbody");
  const closed = group.toggleAttribute("data-closed");
  head.setAttribute("aria-expanded", String(!closed));
  if (!closed) group.querySelector("tr.more")?.dispatchEvent(new CustomEvent("unfold"));
});
