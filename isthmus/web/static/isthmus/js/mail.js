// data-mail-files: what goes along with a mail is chosen, dropped anywhere on its form, or pasted into its text, and is
// listed with its size until it is taken out. The field itself holds the files: the form is sent as without scripts.

const held = new WeakMap();   // the files of each place, as the field forgets them when more are chosen
let carried = null;           // what a composer held when its template was changed: the form comes anew

const megabytes = (bytes) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes / 1e6);
const size = (bytes) => bytes < 1e5 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${megabytes(bytes)} MB`;
const onTheWay = (bytes) => Math.ceil(bytes / 57) * 78;
const partOf = (place, name) => place.querySelector(`[data-${name}]`);
const fieldOf = (place) => place.querySelector("input[type=file]");

function refuse(place, sentence, name, more = "") {
  const notice = document.createElement("p");
  notice.className = "error";
  notice.textContent = sentence.replace("NAME", () => name).replace("SIZE", () => more);
  partOf(place, "mail-files-refused").append(notice);
}

function weight(place, files) {
  const ticked = [...place.querySelectorAll("input[data-bytes]:checked")].map((box) => Number(box.dataset.bytes));
  return [...ticked, ...files.map((file) => file.size)].reduce((sum, bytes) => sum + onTheWay(bytes), 0);
}

function show(place, files) {
  held.set(place, files);
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  fieldOf(place).files = transfer.files;
  const list = partOf(place, "new-files");
  list.hidden = !files.length;
  list.replaceChildren(...files.map((file) => {
    const [line, name, bytes, out] = ["li", "span", "span", "button"].map((tag) => document.createElement(tag));
    name.className = "break";
    name.textContent = file.name;
    bytes.className = "faint small";
    bytes.textContent = size(file.size);
    Object.assign(out, { type: "button", className: "button", textContent: "×" });
    Object.assign(out.dataset, { kind: "quiet", shape: "icon", size: "small" });
    out.setAttribute("aria-label", place.dataset.remove.replace("NAME", () => file.name));
    out.addEventListener("click", () => {
      show(place, held.get(place).filter((one) => one !== file));
      partOf(place, "mail-files-refused").replaceChildren();
      fieldOf(place).focus();
    });
    line.append(name, bytes, out);
    return line;
  }));
}

function add(place, files) {
  partOf(place, "mail-files-refused").replaceChildren();
  const all = [...(held.get(place) ?? [])];
  for (const file of files) {
    const sum = weight(place, [...all, file]);
    if (file.size > Number(place.dataset.fileMb) * 1e6) refuse(place, place.dataset.tooLarge, file.name);
    else if (sum > Number(place.dataset.mailMb) * 1e6) refuse(place, place.dataset.tooMuch, file.name, megabytes(sum));
    else if (!all.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified)) all.push(file);
  }
  show(place, all);
}

function carry(place) {
  carried = {
    files: held.get(place) ?? [],
    kept: partOf(place, "kept"),
    ticked: [...place.querySelectorAll("[name=file_ids]:checked")].map((box) => box.value),
  };
}

function begin(place) {
  place.dataset.live = "";
  const field = fieldOf(place), form = place.closest("form");
  field.classList.add("visually-hidden");
  partOf(place, "with-script").hidden = false;
  field.addEventListener("change", () => add(place, [...field.files]));
  form.querySelector("[name=template]")?.addEventListener("change", () => carry(place));
  form.addEventListener("submit", () => { if (field.files.length) partOf(place, "mail-files-said").textContent = place.dataset.onItsWay; });
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;   // a sheet is pasted as its text
    event.preventDefault();
    add(place, files);
  });
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) form.addEventListener(name, (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();   // else the record beneath would take them
    place.toggleAttribute("data-over", name === "dragenter" || name === "dragover");
    if (name === "drop") add(place, [...event.dataTransfer.files]);
  });
  if (!carried) return;
  const { files, kept, ticked } = carried;
  carried = null;
  if (kept && !partOf(place, "kept")) partOf(place, "new-files").before(kept);
  for (const box of place.querySelectorAll("[name=file_ids]")) if (ticked.includes(box.value)) box.checked = true;
  show(place, files);
}

const beginAll = () => document.querySelectorAll("[data-mail-files]:not([data-live])").forEach(begin);
beginAll();
document.addEventListener("htmx:after:swap", beginAll);
for (const failure of ["htmx:error", "htmx:response:error"]) document.addEventListener(failure, () => {
  document.querySelectorAll("[data-mail-files-said]").forEach((said) => { said.textContent = ""; });
});
