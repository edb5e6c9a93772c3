// Imports: which files were chosen, what a new field is, and that files are on their way.

// data-lists-files="id": name the chosen files there; one over data-max-mb is said at once.
document.addEventListener("change", (event) => {
  const field = event.target.closest?.("[data-lists-files]");
  if (!field) return;
  const limit = Number(field.dataset.maxMb) * 1e6;
  const items = [...field.files].map((file) => {
    const item = document.createElement("li");
    item.textContent = `${file.name} · ${(file.size / 1e6).toFixed(file.size < 1e5 ? 3 : 1)} MB`;
    if (file.size > limit) item.dataset.tone = "bad";
    return item;
  });
  document.getElementById(field.dataset.listsFiles)?.replaceChildren(...items);
});

// A file held over the place for files.
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => event.target.closest?.(".drop-zone")?.toggleAttribute("data-over", over));
}

// data-sends-files: while files are sent the button says so and is not pressed twice.
document.addEventListener("submit", (event) => {
  const button = event.target.matches("[data-sends-files]") && event.target.querySelector("[data-busy-text]");
  if (!button) return;
  button.textContent = button.dataset.busyText;
  button.setAttribute("aria-disabled", "true");
  event.target.addEventListener("submit", (again) => again.preventDefault());
});

// data-reveals="id": shown while the choice makes something new.
const reveal = (select) => {
  const part = document.getElementById(select.dataset.reveals);
  if (part) part.hidden = !select.value.startsWith("new:");
};
document.addEventListener("change", (event) => { if (event.target.matches("[data-reveals]")) reveal(event.target); });
document.querySelectorAll("[data-reveals]").forEach(reveal);

// data-hides="id id": fields that a choice makes needless; they are neither asked for nor sent.
const hide = (select) => {
  for (const id of select.dataset.hides.split(" ")) {
    const part = document.getElementById(id);
    if (!part) continue;
    part.hidden = select.value !== "";
    for (const field of part.querySelectorAll("input, select")) field.disabled = part.hidden;
  }
};
document.addEventListener("change", (event) => { if (event.target.matches("[data-hides]")) hide(event.target); });
document.querySelectorAll("[data-hides]").forEach(hide);
