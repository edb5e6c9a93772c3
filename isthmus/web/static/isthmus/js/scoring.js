// A scorecard by keys: 1 yes, 2 partly, 3 no, 0 did not apply; each goes on to the next question.

(() => {
  const next = (field) => {
    const all = [...field.closest("form").querySelectorAll(".field")];
    const after = all[all.indexOf(field) + 1];
    (after?.querySelector("input:not([type=hidden]), textarea") ?? field.closest("form").querySelector("button[data-kind=primary]"))?.focus();
  };
  document.addEventListener("keydown", (event) => {
    const radio = event.target.closest?.(".score input[type=radio]");
    if (!radio || event.ctrlKey || event.metaKey || event.altKey) return;
    const field = radio.closest(".field");
    const radios = [...field.querySelectorAll("input[type=radio]")];
    const place = "123".indexOf(event.key);
    if (event.key === "0") radios.forEach((one) => { one.checked = false; });
    else if (event.key.length === 1 && place >= 0 && radios[place]) radios[place].checked = true;
    else return;
    event.preventDefault();
    event.stopPropagation();
    next(field);
  }, true);
})();
