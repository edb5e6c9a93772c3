// The guest's own time zone: shown at once where the address names none, changed as soon as another is chosen.
(() => {
  const form = document.querySelector("form[data-zone]");
  if (!form) return;
  const choice = form.elements.zone;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asked = new URLSearchParams(location.search);
  const known = [...choice.options].some((one) => one.value === own);
  if (!asked.has("zone") && known && own !== choice.value) {
    asked.set("zone", own);
    location.replace("?" + asked);
    return;
  }
  choice.addEventListener("change", () => form.requestSubmit());
  form.querySelector("button").hidden = true;
})();
