// data-cell="address": a cell that is changed where it stands. Enter or a click opens it, Enter saves, Esc leaves it.

{
  const before = new WeakMap();                      // what stood in a place, to be put back
  const place = (element) => element.closest("td, dd");

  function putBack(at, html, focus = true) {
    at.querySelector("[data-cell-form]")?.setAttribute("data-over", "1");     // taking it away must not save it
    at.innerHTML = html ?? before.get(at) ?? "";
    if (focus) at.querySelector(".cell")?.focus();
  }

  document.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell) {
      before.set(place(cell), cell.outerHTML);
      htmx.ajax("GET", cell.dataset.cell, { target: place(cell), swap: "innerHTML" });
      return;
    }
    const keeps = event.target.closest("[data-cell-keeps]");
    if (keeps) putBack(place(keeps), keeps.closest("form").querySelector("[data-cell-theirs]").innerHTML);
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-cell-form]");
    if (form && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      const theirs = form.querySelector("[data-cell-theirs]");
      putBack(place(form), theirs?.innerHTML);
      return;
    }
    if (form && event.key === "Enter" && event.target.matches("select")) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const cell = event.target.closest("[data-cell]");
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!cell || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = neighbour(cell, ...step);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  function neighbour(cell, down, across) {
    if (across) {
      const row = [...cell.closest("tr")?.querySelectorAll("[data-cell]") ?? []];
      return row[row.indexOf(cell) + across];
    }
    const at = place(cell);
    for (let row = at.parentElement; row;) {
      row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
      const found = row?.children[at.cellIndex]?.querySelector("[data-cell]");
      if (found) return found;
    }
    return null;
  }

  // One cell of a table is reached by Tab: the one used last, or the first.
  document.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-cell]");
    const table = cell?.closest("table");
    if (!table) return;
    table.querySelectorAll('[data-cell][tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    cell.tabIndex = 0;
  });
  document.querySelectorAll("table").forEach((table) => {
    const first = table.querySelector("[data-cell]");
    if (first) first.tabIndex = 0;
  });

  // A choice is saved as soon as it is made with a pointer; by keys, and a text, with Enter or when it is left.
  let byPointer = false;
  document.addEventListener("pointerdown", () => { byPointer = true; }, true);
  document.addEventListener("keydown", () => { byPointer = false; }, true);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-cell-form]:not([data-clash])");
    if (form && byPointer && event.target.matches("select")) form.requestSubmit();
  });
  document.addEventListener("focusout", (event) => {
    const form = event.target.closest("[data-cell-form]:not([data-clash])");
    if (!form || form.dataset.over || form.contains(event.relatedTarget) || !document.hasFocus()) return;
    if (isChanged(form.querySelector(".cell-input"))) form.requestSubmit();
    else if (!form.querySelector("[role=alert]")) putBack(place(form), undefined, false);
  });

  function isChanged(field) {
    if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.value !== field.defaultValue;
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-cell-form]")) event.target.dataset.over = "1";
  });

  // The keyboard stays where it was: in the field that came, or on the cell that was saved.
  document.addEventListener("htmx:after:swap", (event) => {
    const at = event.detail?.ctx?.target;
    if (!(at instanceof Element) || !at.matches("td, dd")) return;
    const field = at.querySelector(".cell-input");
    const cell = at.querySelector(".cell");
    if (field) { field.focus(); field.select?.(); }
    if (cell && !field) { if (!cell.closest("table")) cell.tabIndex = 0; cell.focus(); }
  });
}
