// data-mentions: a text field in which @ and some letters offer colleagues. The focus stays in the field; arrows
// choose, Enter or Tab takes the name, Escape leaves it. Without scripts the name is simply written out.

for (const field of document.querySelectorAll("textarea[data-mentions]")) {
  const list = document.createElement("ul");
  list.className = "mention-list";
  list.id = `${field.id}-names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.textContent ?? "");
  list.hidden = true;
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  let asked = 0;

  // The @ that the caret stands behind, and the letters between.
  const open = () => {
    const before = field.value.slice(0, field.selectionStart);
    const found = /(?:^|[^\p{L}\p{N}_])@([^@\n]{0,40})$/u.exec(before);
    return found ? { at: before.length - found[1].length, letters: found[1] } : null;
  };
  const options = () => [...list.children];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const close = () => { asked += 1; list.hidden = true; list.replaceChildren(); field.removeAttribute("aria-activedescendant"); field.removeAttribute("aria-controls"); };
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
  };
  const take = (option) => {
    const place = open();
    if (!place) return close();
    field.setRangeText(`${option.querySelector("[data-name]").textContent} `, place.at, field.selectionStart, "end");
    close();
    field.focus();
  };

  field.addEventListener("input", async () => {
    const place = open();
    if (!place) { close(); return; }
    const turn = ++asked;
    const response = await fetch(`${field.dataset.mentions}?${new URLSearchParams({ q: place.letters })}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (turn !== asked) return;
    const names = response?.ok ? await response.text() : "";
    if (turn !== asked) return;
    list.innerHTML = names;
    list.hidden = options().length === 0;
    if (list.hidden) { close(); return; }
    field.setAttribute("aria-controls", list.id);
    choose(options()[0]);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const all = options();
    const here = all.indexOf(chosen());
    const next = { ArrowDown: all[(here + 1) % all.length], ArrowUp: all.at(here - 1) }[event.key];
    if (next) { event.preventDefault(); choose(next); return; }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); return; }
    if ((event.key === "Enter" || event.key === "Tab") && chosen()) { event.preventDefault(); take(chosen()); }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) take(option); });
  field.addEventListener("blur", close);
}
