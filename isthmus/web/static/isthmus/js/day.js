// My day: keys walk the queue and act on it, new things come by themselves, the tab's title counts.

(() => {
  const queue = () => document.getElementById("queue");
  const rows = () => [...(queue()?.querySelectorAll(".queue > li") ?? [])];
  const rowOf = (element) => element?.closest?.("#queue .queue > li");
  const title = document.title;
  let place = 0;
  let known = queue();

  const count = () => {
    const many = queue()?.dataset.count;
    document.title = many && many !== "0" ? `(${many}) ${title}` : title;
    const note = document.querySelector(".page-note");
    if (note && queue()?.dataset.sentence) note.textContent = queue().dataset.sentence;
  };
  const focus = (row) => {
    (row?.querySelector("[data-primary]") ?? row?.querySelector("a, button"))?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  const walk = (step) => {
    const all = rows(), here = all.indexOf(rowOf(document.activeElement));
    focus(all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)]);
  };
  const busy = () => document.body.dataset.shortcuts === "off" || document.querySelector("dialog[open], :popover-open:not(.rail)");
  const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
  const acts = {
    j: () => walk(1),
    k: () => walk(-1),
    d: (row) => row.querySelector("[data-primary]")?.click(),
    s: (row) => { row.querySelector("[data-sleeps]")?.click(); row.querySelector(".menu .menu-item")?.focus(); },
    x: (row) => row.querySelector("[data-skips]")?.click(),
    o: (row) => row.querySelector("a.queue-name")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || busy()) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : ""];
    if (!act || !rows().length) return;
    const row = rowOf(document.activeElement) ?? rows()[0];
    place = rows().indexOf(row);
    event.preventDefault();
    event.stopImmediatePropagation();
    act(row);
  }, true);
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const items = [...(event.target.closest?.("#queue .menu")?.querySelectorAll(".menu-item") ?? [])];
    if (!step || !items.length) return;
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  });
  document.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    if (row) place = rows().indexOf(row);
    if (event.target.closest("#queue .menu .menu-item")) event.target.closest(".menu").hidePopover();
  });

  // After an act the queue is there anew: the dialog closes, and the keyboard goes to what took the place.
  document.addEventListener("htmx:after:swap", () => {
    count();
    if (queue() === known) return;
    known = queue();
    const dialog = document.getElementById("act");
    if (dialog?.open) dialog.close();
    focus(rows()[Math.min(place, rows().length - 1)]);
  });

  const look = async () => {
    const here = queue();
    if (!here || document.hidden || busy()) return;
    const address = new URL(here.dataset.queue, location.href);
    address.searchParams.set("seen", here.dataset.fingerprint);
    if (new URL(location.href).searchParams.has("all")) address.searchParams.set("all", "");
    let answer;
    try { answer = await fetch(address, { headers: { "HX-Request": "true" } }); } catch { return; }
    if (answer.status !== 200 || busy()) return;
    const key = rowOf(document.activeElement)?.dataset.key;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const fresh = holder.content.querySelector("#queue");
    if (!fresh) return;
    queue().replaceWith(fresh);
    known = fresh;
    window.htmx?.process(fresh);
    count();
    if (key) focus(rows().find((row) => row.dataset.key === key) ?? rows()[0]);
  };
  setInterval(look, 15000);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("isthmus:look", look);
  count();
})();
