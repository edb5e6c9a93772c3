// The board: cards are walked by arrows and moved by drag, by keys and by their button. The server decides;
// a card that may not move goes back to where it was, and the page says why.

(() => {
  const board = document.querySelector("[data-board]");
  const says = document.getElementById("board-says");
  const dialog = document.getElementById("act");
  const answer = document.getElementById("answer");
  const token = () => JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"];

  const lanes = () => [...board.querySelectorAll("[data-lane]")];
  const laneOf = (card) => card.closest("[data-lane]");
  const cardsOf = (lane) => [...lane.querySelectorAll("[data-deal]")];
  const focusOn = (card) => card?.querySelector(".deal-name")?.focus();
  const say = (text) => { says.textContent = ""; setTimeout(() => { says.textContent = text; }, 30); };
  const shortcutsOn = () => document.body.dataset.shortcuts !== "off";

  // Where a card stood, so that it can go back there.
  let origin = null;
  const leave = (card) => { origin = { card, lane: laneOf(card), next: card.nextElementSibling, state: card.dataset.state }; };
  const goBack = () => {
    if (!origin) return;
    origin.lane.querySelector(".lane-cards").insertBefore(origin.card, origin.next);
    if (origin.state) origin.card.dataset.state = origin.state; else delete origin.card.dataset.state;
  };

  const ask = async (address, body) => {
    const url = new URL(address, location.href);
    for (const [name, value] of new URLSearchParams(location.search)) url.searchParams.append(name, value);
    url.searchParams.delete("stage_id");
    board.dataset.state = "busy";
    try {
      const options = body ? { method: "POST", body } : {};
      return await fetch(url, { ...options, headers: { Accept: "application/json", "X-CSRFToken": token() } });
    } finally { delete board.dataset.state; }
  };

  const showForm = (text) => {
    dialog.innerHTML = text;
    htmx.process(dialog);
    if (!dialog.open) dialog.showModal();
    const field = dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("input:not([type=hidden]), select, textarea");
    field?.focus();
    field?.select?.();
  };

  const refresh = (parts) => {
    for (const [stage, head] of Object.entries(parts.heads ?? {})) {
      const old = board.querySelector(`[data-lane="${stage}"] .lane-head`);
      if (old) old.outerHTML = head;
    }
    const sentence = document.getElementById("board-sentence");
    if (sentence && parts.sentence) sentence.textContent = parts.sentence;
  };

  const place = (deal, parts) => {
    const old = board.querySelector(`[data-deal="${deal}"]`);
    const lane = board.querySelector(`[data-lane="${parts.stage}"]`);
    if (!parts.card || !lane) { const stay = old && (old.nextElementSibling ?? old.previousElementSibling); old?.remove(); return stay; }
    old?.remove();
    lane.querySelector(".lane-cards").insertAdjacentHTML("afterbegin", parts.card);
    return lane.querySelector("[data-deal]");
  };

  const settle = async (deal, response) => {
    if (response.status === 422) { const { form } = await response.json(); goBack(); showForm(form); return; }
    if (dialog.open) dialog.close();
    if (response.status !== 200 && response.status !== 409) {
      goBack();
      refuse(document.querySelector("[data-board-failed]").textContent);
      return;
    }
    const parts = await response.json();
    refresh(parts);
    if (response.status === 409) { goBack(); if (origin && String(parts.stage) !== origin.lane.dataset.lane) origin.card = place(deal, parts); refuse(parts.refusal); focusOn(origin?.card); return; }
    answer.replaceChildren();
    const toasts = document.getElementById("toasts");
    toasts.innerHTML = parts.toast;
    htmx.process(toasts);
    focusOn(place(deal, parts));
    say(parts.text);
  };

  const refuse = (sentence) => {
    const notice = document.getElementById("board-refusal").content.cloneNode(true);
    notice.querySelector("p").textContent = sentence;
    answer.replaceChildren(notice);
    answer.scrollIntoView({ block: "nearest" });
  };

  const move = async (card, lane) => {
    const from = laneOf(card);
    if (from === lane) return;
    const opener = card.querySelector("[data-board-opens]");
    if (!opener) return;
    leave(card);
    const body = new FormData();
    body.set("stage_id", lane.dataset.lane);
    body.set("from_stage_id", from.dataset.lane);
    body.set("back", location.pathname + location.search);
    card.dataset.state = "waiting";
    lane.querySelector(".lane-cards").prepend(card);
    try { await settle(card.dataset.deal, await ask(opener.href, body)); }
    catch { goBack(); refuse(document.querySelector("[data-board-failed]").textContent); }
  };

  const openForm = async (card) => {
    leave(card);
    const response = await ask(card.querySelector("[data-board-opens]").href);
    if (response.status === 422) showForm((await response.json()).form);
  };

  // The button of a card, and the form that it or a drop opened.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-board-opens]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    openForm(opener.closest("[data-deal]"));
  });
  dialog.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-board-form]")) return;
    event.preventDefault();
    const body = new FormData(event.target);
    body.set("back", location.pathname + location.search);
    if (body.get("stage_id") === null) { event.target.querySelector("input[name=stage_id]")?.focus(); return; }
    await settle(origin.card.dataset.deal, await ask(event.target.getAttribute("action"), body));
  });
  dialog.addEventListener("close", () => { if (origin?.card.isConnected) focusOn(origin.card); });

  // Keys, while a card has the focus.
  board?.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-deal]");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    const all = lanes();
    const here = all.indexOf(laneOf(card));
    const cards = cardsOf(all[here]);
    const at = cards.indexOf(card);
    const aside = (step) => { for (let i = here + step; all[i]; i += step) { const there = cardsOf(all[i]); if (there.length) return there[Math.min(at, there.length - 1)]; } return null; };
    const next = { ArrowDown: () => cards[at + 1], ArrowUp: () => cards[at - 1], ArrowRight: () => aside(1), ArrowLeft: () => aside(-1), Home: () => cards[0], End: () => cards.at(-1) }[key];
    if (next) { event.preventDefault(); focusOn(next()); return; }
    if (!shortcutsOn()) return;
    if (key === "m" || key === "M") { event.preventDefault(); event.stopPropagation(); if (card.draggable) openForm(card); return; }
    const step = { "]": 1, "[": -1 }[key];
    if (!step) return;
    event.preventDefault();
    const lane = all[here + step];
    if (lane) move(card, lane);
  });

  // More cards of a column, the focus on the first of them.
  board?.addEventListener("click", async (event) => {
    const more = event.target.closest("[data-board-more]");
    if (!more || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const rest = more.closest(".lane-rest");
    const response = await fetch(more.href, { headers: { "HX-Request": "true" } });
    if (!response.ok) { location.href = more.href; return; }
    rest.insertAdjacentHTML("afterend", await response.text());
    const first = rest.nextElementSibling;
    rest.remove();
    focusOn(first);
  });

  // Drag.
  let dragged = null;
  const untarget = () => lanes().forEach((lane) => { delete lane.dataset.state; });
  board?.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-deal]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.deal);
    dragged.dataset.was = dragged.dataset.state ?? "";
    dragged.dataset.state = "dragged";
  });
  board?.addEventListener("dragover", (event) => {
    const lane = event.target.closest("[data-lane]");
    if (!dragged || !lane) return;
    event.preventDefault();
    untarget();
    if (lane !== laneOf(dragged)) lane.dataset.state = "target";
  });
  const drop = () => { untarget(); if (dragged?.dataset.state === "dragged") { if (dragged.dataset.was) dragged.dataset.state = dragged.dataset.was; else delete dragged.dataset.state; } dragged = null; };
  board?.addEventListener("dragend", drop);
  board?.addEventListener("drop", (event) => {
    const lane = event.target.closest("[data-lane]");
    const card = dragged;
    drop();
    if (!card || !lane) return;
    event.preventDefault();
    move(card, lane);
  });
})();
