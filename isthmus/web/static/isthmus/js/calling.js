// A click on a telephone number opens the phone program. On coming back one line asks how the call went, with the
// minutes that one was away; leaving it keeps nothing. Where a form for the call is open already, it gets the minutes.

(() => {
  const NEVER_LEFT = 4000;   // The phone program did not take the front: ask anyway.
  let call = null;

  const minutes = (since) => Math.max(1, Math.round((Date.now() - since) / 60000));
  const ask = async (one) => {
    const dialog = document.getElementById("palette-act");
    if (!dialog || document.querySelector("dialog[open]")) return;
    const query = new URLSearchParams({ back: location.pathname + location.search, ...(one.left ? { minutes: minutes(one.left) } : {}) });
    const response = await fetch(`${one.address}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!response?.ok) return;   // Whoever may call and not log is left in peace.
    dialog.innerHTML = await response.text();
    window.htmx?.process(dialog);
    dialog.showModal();
    dialog.querySelector("select, input:not([type=hidden])")?.focus();
  };
  const answered = () => {
    if (!call) return;
    const one = call;
    call = null;
    clearTimeout(one.timer);
    const field = one.form?.isConnected ? one.form.querySelector("input[name=minutes]") : null;
    if (!field) { ask(one); return; }
    if (one.left && field.value === "") field.value = minutes(one.left);
    (one.form.querySelector("[name=outcome]:checked") ?? one.form.querySelector("[name=outcome]"))?.focus();
  };
  const leave = () => { if (call && !call.left) { call.left = call.began; clearTimeout(call.timer); } };
  const back = () => { if (call?.left && !document.hidden) answered(); };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-calls]");
    if (!link) return;
    clearTimeout(call?.timer);
    call = { address: link.dataset.calls, began: Date.now(), left: 0, form: link.closest("form") };
    call.timer = setTimeout(answered, NEVER_LEFT);
  });
  window.addEventListener("blur", leave);
  window.addEventListener("focus", back);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else back(); });
})();
