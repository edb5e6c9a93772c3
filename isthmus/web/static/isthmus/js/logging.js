// The log line of a page: only outcomes that fit the kind can be chosen.

(() => {
  const fit = (line) => {
    const chosen = line.querySelector("input[name=kind]:checked");
    const select = line.querySelector("select[name=outcome]");
    if (!chosen || !select) return;
    const word = chosen.closest("label").textContent.trim();
    const fitting = [...select.querySelectorAll("optgroup")].filter((group) => { group.hidden = group.disabled = group.label !== word; return !group.hidden; });
    select.disabled = !fitting.length;
    if (select.selectedOptions[0]?.parentElement?.disabled) select.value = "";
  };
  const all = () => document.querySelectorAll("[data-log-line]").forEach(fit);
  document.addEventListener("change", (event) => { if (event.target.matches("[data-log-line] input[name=kind]")) fit(event.target.form); });
  document.addEventListener("htmx:after:swap", all);
  document.addEventListener("keydown", (event) => {
    // From the kinds one types on: the shortcut leads to them, Enter to the words.
    if (event.key !== "Enter" || !event.target.matches("[data-log-line] input[name=kind]")) return;
    event.preventDefault();
    event.target.form.querySelector("input[name=text]").focus();
  });
  all();
})();
