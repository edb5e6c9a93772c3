// data-pick: rows that are chosen, and what may be done with them. Choosing with Shift takes all rows between.

{
  let last = null;                                   // the row chosen last: where a choice with Shift begins
  const picks = () => [...document.querySelectorAll("[data-pick]")];
  const chosen = () => picks().filter((one) => one.checked);

  function show() {
    const bar = document.querySelector("[data-picked]");
    const all = document.querySelector("[data-picks-all]");
    const count = chosen().length;
    if (!bar || !all) return;
    bar.hidden = !count;
    bar.querySelector("[data-picked-count]").textContent = count.toLocaleString(document.documentElement.lang || undefined);
    all.checked = count > 0 && count === picks().length;
    all.indeterminate = count > 0 && !all.checked;
    picks().forEach((one) => { one.closest("tr").ariaSelected = one.checked ? "true" : null; });
  }

  function between(one, other) {
    const every = picks();
    const [from, to] = [every.indexOf(one), every.indexOf(other)].sort((a, b) => a - b);
    return from < 0 ? [] : every.slice(from, to + 1);
  }

  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (pick) {
      if (event.shiftKey && last) between(last, pick).forEach((one) => { one.checked = pick.checked; });
      last = pick;
    } else if (event.target.matches("[data-picks-all]")) {
      picks().forEach((one) => { one.checked = event.target.checked; });
    } else if (event.target.closest("[data-picked-clear]")) {
      picks().forEach((one) => { one.checked = false; });
      document.querySelector("[data-picks-all]").focus();
    } else if (event.target.closest("[data-picked-change]")) {
      const base = document.querySelector("[data-picked]").dataset.picked;
      const ids = chosen().map((one) => one.value).join(",");
      htmx.ajax("GET", `${base}${base.includes("?") && !base.endsWith("?") ? "&" : base.endsWith("?") ? "" : "?"}ids=${ids}`, { target: "#act", swap: "innerHTML" });
      return;
    } else if (event.target.closest("[data-picked-give]")) {
      const base = event.target.closest("[data-picked-give]").dataset.pickedGive;
      location.assign(`${base}&ids=${chosen().map((one) => one.value).join(",")}`);
      return;
    } else return;
    show();
  });

  // Rows that are fetched later can be chosen, too; and the browser may have kept choices over a reload.
  document.addEventListener("htmx:after:swap", show);
  show();
}
