// data-searches: a select in which one types to find. A field takes its place for the eye and the keyboard: letters
// narrow the list, arrows choose, Enter takes, Escape leaves what was chosen. Without scripts it is the select.

(() => {
  const MOST = 50;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const dress = (select) => {
    select.dataset.dressed = "";
    const field = document.createElement("input");
    const list = document.createElement("ul");
    const holder = document.createElement("div");
    const now = () => select.selectedOptions[0]?.textContent ?? "";
    Object.assign(field, { type: "text", className: "input", autocomplete: "off", id: `${select.id}-search`, value: now() });
    Object.assign(list, { id: `${select.id}-found`, className: "mention-list", hidden: true });
    holder.className = "chooser";
    const label = select.labels?.[0]?.textContent ?? select.getAttribute("aria-label") ?? "";
    for (const [name, value] of Object.entries({ role: "combobox", "aria-label": label, "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) field.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby"]) if (select.hasAttribute(name)) field.setAttribute(name, select.getAttribute(name));
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label);
    select.hidden = true;
    select.after(holder);
    holder.append(field, list);

    const options = () => [...list.children];
    const chosen = () => list.querySelector("[aria-selected=true]");
    const choose = (option) => {
      chosen()?.setAttribute("aria-selected", "false");
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) field.setAttribute("aria-activedescendant", option.id); else field.removeAttribute("aria-activedescendant");
    };
    const show = (letters) => {
      const words = plain(letters).split(/\s+/).filter(Boolean);
      const fitting = [...select.options].filter((one) => { const text = plain(one.textContent); return words.every((word) => text.includes(word)); });
      list.replaceChildren(...fitting.slice(0, MOST).map((one) => {
        const item = document.createElement("li");
        Object.assign(item, { className: "menu-item", id: `${list.id}-${one.index}`, textContent: one.textContent });
        item.dataset.index = one.index;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        return item;
      }));
      list.hidden = fitting.length === 0;
      field.setAttribute("aria-expanded", String(!list.hidden));
      choose(options().find((one) => Number(one.dataset.index) === select.selectedIndex && !words.length) ?? options()[0]);
    };
    const close = () => { list.hidden = true; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
    const take = (index) => {
      const other = select.selectedIndex !== index;
      select.selectedIndex = index;
      field.value = now();
      close();
      if (other) for (const kind of ["input", "change"]) select.dispatchEvent(new Event(kind, { bubbles: true }));
    };
    const leave = () => {
      const exact = [...select.options].find((one) => plain(one.textContent) === plain(field.value.trim()));
      if (field.value.trim() === "" && select.options[0]?.value === "") take(0);
      else if (exact) take(exact.index);
      else field.value = now();
      close();
    };

    field.addEventListener("focus", () => field.select());
    field.addEventListener("click", () => { if (list.hidden) show(""); });
    field.addEventListener("input", () => show(field.value));
    field.addEventListener("keydown", (event) => {
      if (list.hidden) { if (event.key === "ArrowDown") { event.preventDefault(); show(""); } return; }
      const all = options();
      const here = all.indexOf(chosen());
      const next = { ArrowDown: all[(here + 1) % all.length], ArrowUp: all.at(here - 1) }[event.key];
      if (next) { event.preventDefault(); choose(next); return; }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); field.value = now(); close(); return; }
      if (event.key === "Enter" && chosen()) { event.preventDefault(); take(Number(chosen().dataset.index)); }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => { const item = event.target.closest("[role=option]"); if (item) take(Number(item.dataset.index)); });
    field.addEventListener("blur", leave);
  };

  const all = () => document.querySelectorAll("select[data-searches]:not([data-dressed])").forEach(dress);
  document.addEventListener("htmx:after:swap", all);
  all();
})();
