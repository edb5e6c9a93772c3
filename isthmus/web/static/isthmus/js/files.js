// data-attaches: a form whose files go to the record of the page as soon as they are chosen, or dropped anywhere on the
// page. While they are on their way the card says how far. Without scripts the form is sent by its button.

for (const form of document.querySelectorAll("form[data-attaches]")) {
  const field = form.querySelector("input[type=file]");
  const card = form.closest(".card");
  const [answer, going, drop] = ["attach-answer", "attaching", "dropping"].map((name) => card.querySelector(`[data-${name}]`));
  const bar = going.querySelector("progress");
  const text = going.querySelector("[data-attaching-text]");
  let sending = null;
  form.querySelectorAll("[data-without-script]").forEach((button) => { button.hidden = true; });

  const refuse = (sentence) => {
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.dataset.tone = "bad";
    notice.setAttribute("role", "alert");
    const said = document.createElement("p");
    said.textContent = sentence;
    notice.append(said);
    answer.append(notice);
  };
  try {
    JSON.parse(sessionStorage.getItem("not-attached") ?? "[]").forEach(refuse);
    sessionStorage.removeItem("not-attached");
  } catch { /* storage may be refused */ }
  const stop = () => { sending = null; going.hidden = true; field.value = ""; field.disabled = false; };

  const send = (files) => {
    if (sending || !files.length) return;
    answer.replaceChildren();
    const fit = files.filter((file) => file.size <= Number(form.dataset.maxMb) * 1e6);
    for (const file of files) if (!fit.includes(file)) refuse(form.dataset.tooLarge.replace("NAME", () => file.name));
    if (!fit.length) { field.value = ""; return; }
    const body = new FormData();
    for (const file of fit) body.append("files", file);
    sending = new XMLHttpRequest();
    sending.open("POST", form.action);
    sending.setRequestHeader("HX-Request", "true");
    sending.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
    sending.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; });
    sending.addEventListener("load", () => {
      const { status, responseText, responseURL } = sending;
      if (sending.getResponseHeader("HX-Redirect")) {
        // What was too large is said on the page that comes.
        const said = [...answer.querySelectorAll("p")].map((sentence) => sentence.textContent);
        try { if (said.length) sessionStorage.setItem("not-attached", JSON.stringify(said)); } catch { /* storage may be refused */ }
        location.reload();
        return;
      }
      stop();
      if (status === 409 && responseURL.includes("/files/")) answer.innerHTML = responseText;
      else refuse(form.dataset.failed);
    });
    sending.addEventListener("error", () => { stop(); refuse(form.dataset.failed); });
    sending.addEventListener("abort", stop);
    bar.value = 0;
    going.hidden = false;
    field.disabled = true;
    text.textContent = text.dataset.text.replace("NAMES", () => fit.map((file) => file.name).join(", "));
    sending.send(body);
  };

  field.addEventListener("change", () => send([...field.files]));
  going.querySelector("[data-attaching-stop]").addEventListener("click", () => sending?.abort());
  form.addEventListener("submit", (event) => { event.preventDefault(); send([...field.files]); });

  // Files held over the page: entering a part of it comes before leaving another.
  let depth = 0;
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  const over = (by) => { depth = Math.max(0, depth + by); drop.hidden = depth === 0; };
  document.addEventListener("dragenter", (event) => { if (holdsFiles(event)) { event.preventDefault(); over(1); } });
  document.addEventListener("dragleave", (event) => { if (holdsFiles(event)) over(-1); });
  document.addEventListener("dragover", (event) => { if (holdsFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(0);
    send([...event.dataTransfer.files]);
  });
}
