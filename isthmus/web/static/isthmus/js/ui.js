// One small behaviour per data- attribute. Nothing here holds a rule of the business.

const root = document.documentElement;

// data-theme-toggle: light and dark.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* storage may be refused */ }
});

// data-opens="id": show a dialog; the browser returns the focus when it closes.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener && opener.dataset.opens !== "palette") document.getElementById(opener.dataset.opens)?.showModal();   // palette.js opens its own
  const closer = event.target.closest("[data-closes]");
  if (closer?.closest("dialog")) { event.preventDefault(); closer.closest("dialog").close(); }   // a link, without scripts
  if (event.target.matches("dialog")) event.target.close();        // a click on the backdrop
});

// data-roving: J and K (or the arrows) walk the items of a list that asks for it.
document.addEventListener("keydown", (event) => {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const list = event.target.closest("[data-roving]");
  if (!step || !list || event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey) return;
  const items = [...list.querySelectorAll("[data-roving-item]")];
  const here = items.findIndex((item) => item.contains(event.target));
  const next = items[here + step];
  if (!next) return;
  event.preventDefault();
  (next.querySelector("a, button") ?? next).focus();
});

// data-dismisses: take a toast away.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismisses]")) event.target.closest(".toast")?.remove();
});

// data-submits: a form that answers as soon as something is chosen; its button is for those without scripts.
document.querySelectorAll("[data-submits]").forEach((form) => {
  form.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });
  form.addEventListener("change", () => form.requestSubmit());
});

// A form that was fetched into a dialog opens it; the keyboard goes to its first field.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target;
  if (!(target instanceof HTMLDialogElement)) return;
  if (!target.open) target.showModal();
  (target.querySelector("[aria-invalid=true], [autofocus]") ?? target.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
});

// data-when-failed: what a part of the page says when it could not be fetched, instead of what waits there.
for (const failure of ["htmx:error", "htmx:response:error"]) document.addEventListener(failure, (event) => {
  const part = event.target instanceof Element ? event.target.closest("[aria-busy]") : null;
  const notice = part?.querySelector("[data-when-failed]");
  if (!notice) return;
  notice.hidden = false;
  part.querySelectorAll("[data-waiting]").forEach((waiting) => waiting.remove());
  part.removeAttribute("aria-busy");
});

// data-lean: a form of filters leaves its empty fields out of the address.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-lean]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// data-inserts: a button whose text goes into the field that data-into names, where the cursor stands.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-inserts]");
  const field = button && document.getElementById(button.dataset.into);
  if (!field) return;
  field.setRangeText(button.dataset.inserts, field.selectionStart, field.selectionEnd, "end");
  field.focus();
});

// data-copies: a button that puts the value of the field with that id on the clipboard, and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  const field = button && document.getElementById(button.dataset.copies);
  if (!field) return;
  field.select();
  try { await navigator.clipboard.writeText(field.value); } catch { if (!document.execCommand("copy")) return; /* Pages over plain HTTP have no clipboard. Where nothing copies: it is selected. */ }
  button.firstChild.textContent = button.dataset.done;
});
