// Single keys as shortcuts. None works in a field or an open dialog, none takes a key that the browser or a
// screen reader holds with Ctrl, Alt or Cmd, and all of them can be switched off in one's preferences.

(() => {
  let chord = "";
  let timer = 0;
  const typing = (element) => element.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable], [contenteditable] *");
  const visible = (element) => element.offsetParent !== null || element.getClientRects().length > 0;
  const forget = () => { chord = ""; clearTimeout(timer); };
  const target = (keys) => [...document.querySelectorAll(`[data-shortcut="${CSS.escape(keys)}"]`)].find((one) => visible(one) || one.closest(".rail"));

  const rows = () => [...document.querySelectorAll("main .list tbody th a, main .list tbody th button")];
  const walk = (step) => {
    const all = rows();
    if (!all.length) return false;
    const row = document.activeElement.closest?.("tr");
    const here = row ? all.findIndex((one) => row.contains(one)) : -1;
    const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step];
    next?.focus();
    next?.closest("tr").scrollIntoView({ block: "nearest" });
    return true;
  };
  const acts = {
    "?": () => { document.getElementById("shortcuts")?.showModal(); return true; },
    "/": () => { const field = document.querySelector("main input[type=search]"); if (field && visible(field)) { field.focus(); field.select(); } else document.dispatchEvent(new Event("isthmus:palette")); return true; },
    j: () => walk(1),
    k: () => walk(-1),
    x: () => { const box = document.activeElement.closest?.("tr")?.querySelector("input[type=checkbox]"); box?.click(); return Boolean(box); },
    u: () => { const undo = [...document.querySelectorAll(".toast form button")].at(-1); undo?.focus(); return Boolean(undo); },
  };

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.shortcuts === "off" || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open], :popover-open:not(.rail)")) return forget();
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    if (!key) return;
    if (chord) {
      const link = target(`${chord} ${key}`);
      forget();
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (key === "g") { chord = "g"; timer = setTimeout(forget, 1500); return; }
    if (event.target.closest?.("[data-board]") && "jkx".includes(key)) return;
    if (acts[key]?.()) { event.preventDefault(); return; }
    const found = target(key);
    if (found) { event.preventDefault(); found.click(); }
  });
})();
