// The board: cards are walked by arrows and moved by drag, by keys and by their button. The server decides;
// a card that may not move goes back to where it was, and the page says why.

(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
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
  const standing = (card) => ({ card, lane: laneOf(card), next: card.nextElementSibling, state: card.dataset.state });
  const goBack = (from) => {
    const list = from.lane.querySelector(".lane-cards");
    list.insertBefore(from.card, from.next?.parentElement === list ? from.next : null);
    if (from.state) from.card.dataset.state = from.state; else delete from.card.dataset.state;
  };
  let asked = null;        // The card that the open form is about, and where it stands.

  const refuse = (sentence) => {
    const notice = document.getElementById("board-refusal").content.cloneNode(true);
    notice.querySelector("p").textContent = sentence;
    answer.replaceChildren(notice);
    answer.scrollIntoView({ block: "nearest" });
  };
  const failed = () => refuse(document.querySelector("[data-board-failed]").textContent);

  // What the server says: its status and its parts; null when it could not be reached or had nothing to say.
  const ask = async (address, body) => {
    const url = new URL(address, location.href);
    const given = new Set(url.searchParams.keys());
    for (const [name, value] of new URLSearchParams(location.search)) if (!given.has(name)) url.searchParams.append(name, value);
    url.searchParams.delete("stage_id");
    board.dataset.state = "busy";
    try {
      const options = body ? { method: "POST", body } : {};
      const response = await fetch(url, { ...options, headers: { Accept: "application/json", "X-CSRFToken": token() } });
      return { status: response.status, parts: await response.json() };
    } catch { return null; } finally { delete board.dataset.state; }
  };

  const showForm = (text, from) => {
    asked = from;
    dialog.innerHTML = text;
    htmx.process(dialog);
    if (!dialog.open) dialog.showModal();
    const field = dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("input:not([type=hidden]), select, textarea");
    field?.focus();
    field?.select?.();
  };

  const refresh = (parts) => {
    for (const [stage, head] of Object.entries(parts.heads ?? {})) {
      const lane = board.querySelector(`[data-lane="${stage}"]`);
      if (!lane) continue;
      lane.querySelector(".lane-head").outerHTML = head;
      const tab = document.querySelector(`[data-lane-tab="${stage}"] .tab-count`);
      if (tab) tab.textContent = lane.querySelector("h2 .faint").textContent;
    }
    const sentence = document.getElementById("board-sentence");
    if (sentence && parts.sentence) sentence.textContent = parts.sentence;
  };

  // Put the card where the deal is now; gives the card that the focus goes to.
  const place = (old, parts) => {
    const lane = board.querySelector(`[data-lane="${parts.stage}"]`);
    if (!parts.card || !lane) {
      const stays = [old.nextElementSibling, old.previousElementSibling].find((one) => one?.matches("[data-deal]"));
      old.remove();
      return stays ?? board.querySelector("[data-deal]");
    }
    old.remove();
    lane.querySelector(".lane-cards").insertAdjacentHTML("afterbegin", parts.card);
    return lane.querySelector("[data-deal]");
  };

  const settle = (from, said) => {
    if (said?.parts.form) { goBack(from); showForm(said.parts.form, from); return; }
    asked = null;
    if (dialog.open) dialog.close();
    if (!said || (said.status !== 200 && said.status !== 409)) { goBack(from); failed(); return; }
    refresh(said.parts);
    if (said.status === 409) {
      goBack(from);
      const elsewhere = String(said.parts.stage) !== from.lane.dataset.lane;
      focusOn(elsewhere ? place(from.card, said.parts) : from.card);
      refuse(said.parts.refusal);
      return;
    }
    answer.replaceChildren();
    const toasts = document.getElementById("toasts");
    toasts.innerHTML = said.parts.toast;
    htmx.process(toasts);
    focusOn(place(from.card, said.parts));
    say(said.parts.text);
  };

  const move = async (card, lane) => {
    const from = standing(card);
    const opener = card.querySelector("[data-board-opens]");
    if (from.lane === lane || !opener || card.dataset.state === "waiting") return;
    const body = new FormData();
    body.set("stage_id", lane.dataset.lane);
    body.set("from_stage_id", from.lane.dataset.lane);
    body.set("back", location.pathname + location.search);
    card.dataset.state = "waiting";
    lane.querySelector(".lane-cards").prepend(card);
    focusOn(card);
    settle(from, await ask(opener.href, body));
  };

  const openForm = async (card) => {
    const from = standing(card);
    const said = await ask(card.querySelector("[data-board-opens]").href);
    if (said?.parts.form) showForm(said.parts.form, from); else failed();
  };

  // The button of a card, and the form that it or a drop opened.
  board.addEventListener("click", (event) => {
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
    settle(asked, await ask(event.target.getAttribute("action"), body));
  });
  dialog.addEventListener("close", () => { if (asked?.card.isConnected) focusOn(asked.card); });

  // Keys, while a card has the focus.
  board.addEventListener("keydown", (event) => {
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
  board.addEventListener("click", async (event) => {
    const more = event.target.closest("[data-board-more]");
    if (!more || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const rest = more.closest(".lane-rest");
    const response = await fetch(more.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!response?.ok) { location.href = more.href; return; }
    rest.insertAdjacentHTML("afterend", await response.text());
    const first = rest.nextElementSibling;
    rest.remove();
    focusOn(first);
  });

  // Drag.
  let dragged = null;
  const untarget = () => lanes().forEach((lane) => { delete lane.dataset.state; });
  const drop = () => {
    untarget();
    if (dragged?.dataset.state === "dragged") { if (dragged.dataset.was) dragged.dataset.state = dragged.dataset.was; else delete dragged.dataset.state; }
    dragged = null;
  };
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-deal]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.deal);
    dragged.dataset.was = dragged.dataset.state ?? "";
    dragged.dataset.state = "dragged";
  });
  board.addEventListener("dragover", (event) => {
    const lane = event.target.closest("[data-lane]");
    if (!dragged || !lane) return;
    event.preventDefault();
    untarget();
    if (lane !== laneOf(dragged)) lane.dataset.state = "target";
  });
  board.addEventListener("dragend", drop);
  board.addEventListener("drop", (event) => {
    const lane = event.target.closest("[data-lane]");
    const card = dragged;
    drop();
    if (!card || !lane) return;
    event.preventDefault();
    move(card, lane);
  });
})();
