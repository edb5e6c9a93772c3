// The palette: a combobox. The focus stays in its field; the arrows choose among what matches, Enter does it.

(() => {
  const palette = document.getElementById("palette");
  const field = document.getElementById("palette-field");
  if (!palette || !field) return;
  const list = document.getElementById("palette-options");
  const says = document.getElementById("palette-says");
  const none = palette.querySelector(".palette-none");
  const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  let asked = 0;
  let timer = 0;

  // The record of the page, or the rows selected in its list.
  const place = () => {
    const main = document.getElementById("main");
    const selected = [...document.querySelectorAll("[data-selects]:checked")].map((box) => box.value);
    const kind = document.querySelector("[data-selects-kind]")?.dataset.selectsKind;
    if (kind && selected.length) return `${kind}:${selected.join(",")}`;
    const card = lastCard?.isConnected ? lastCard.dataset.deal : null;
    return main?.dataset.record ?? (card ? `deal:${card}` : "");
  };
  let lastCard = null;
  document.addEventListener("focusin", (event) => {
    if (!palette.contains(event.target)) lastCard = event.target.closest?.("[data-deal]") ?? null;
  });

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id); else field.removeAttribute("aria-activedescendant");
  };

  const find = async () => {
    const turn = ++asked;
    const query = new URLSearchParams({ q: field.value, on: place(), back: location.pathname + location.search });
    const response = await fetch(`${field.dataset.options}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (turn !== asked || !response?.ok) return;
    list.innerHTML = await response.text();
    const found = options();
    none.hidden = found.length > 0;
    choose(found[0]);
    says.textContent = found.length === 1 ? says.dataset.one : found.length ? says.dataset.many.replace("COUNT", found.length) : says.dataset.none;
  };

  const open = () => {
    if (palette.open) return;
    document.querySelectorAll("dialog[open]").forEach((other) => other.close());
    palette.showModal();
    field.select();
    find();
  };

  // An act opens its form in a dialog; one that needs nothing more is done.
  const begin = async (option) => {
    palette.close();
    document.getElementById("act")?.replaceChildren();
    const dialog = document.getElementById("palette-act");
    if (!option.hasAttribute("data-at-once")) { await htmx.ajax("GET", option.href, { target: dialog, swap: "innerHTML" }); return; }
    const response = await fetch(option.href, { method: "POST", headers: { "HX-Request": "true", "X-CSRFToken": token() } }).catch(() => null);
    const onward = response?.ok && response.headers.get("HX-Redirect");
    if (onward) { location.href = onward; return; }
    const refused = response?.status === 409 ? await response.text() : document.getElementById("palette-failed").innerHTML;
    const answer = document.getElementById("answer") ?? document.getElementById("toasts");
    answer.innerHTML = refused;
    answer.scrollIntoView({ block: "nearest" });
  };

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 120); });
  field.addEventListener("keydown", (event) => {
    const found = options();
    const here = found.indexOf(chosen());
    const next = { ArrowDown: found[(here + 1) % found.length], ArrowUp: found.at(here - 1), Home: field.value ? null : found[0], End: field.value ? null : found.at(-1) }[event.key];
    if (next) { event.preventDefault(); choose(next); return; }
    if (event.key === "Enter" && chosen()) { event.preventDefault(); chosen().click(); }
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-act]");
    if (!option || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    begin(option);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-opens=palette]")) { event.preventDefault(); open(); } });
  document.addEventListener("isthmus:palette", open);
  document.getElementById("palette-act").addEventListener("close", (event) => event.target.replaceChildren());

  // The page of a record notes that it was seen, once it stands.
  const seen = document.querySelector("main [data-seen]")?.dataset.seen;
  if (seen) fetch(seen, { method: "POST", keepalive: true, headers: { "X-CSRFToken": token() } }).catch(() => { /* the page was left */ });
})();
