// data-moves="up" or "down": a choice goes one place up or down among the others; their order is what is sent.
document.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-moves]");
  if (!mover) return;
  const item = mover.closest("li");
  if (mover.dataset.moves === "up" && !item.previousElementSibling?.hasAttribute("data-fixed")) item.previousElementSibling?.before(item);
  if (mover.dataset.moves === "down") item.nextElementSibling?.after(item);
  mover.focus();
});
