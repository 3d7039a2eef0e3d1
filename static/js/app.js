/* On every page, and every page works without it: menu, tables that sort, copying, showing a password. */
(() => {
  "use strict";
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // A menu closes by Escape, giving the focus back, and by a click elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    each("[data-menu][open]", (menu) => {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", (event) => {
    each("[data-menu][open]", (menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // table[data-sort]: the buttons .sort in its head; data-v on a cell is its number.
  const byVietnamese = new Intl.Collator("vi", { numeric: true }).compare;
  const keyOf = (row, place) => {
    const cell = row.cells[place];
    if (cell.dataset.v === undefined) return cell.textContent.trim();
    return cell.dataset.v === "" ? null : Number(cell.dataset.v);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : byVietnamese(String(a), String(b)));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("table[data-sort] thead .sort");
    if (!button) return;
    const head = button.closest("th");
    const place = head.cellIndex;
    const rising = head.getAttribute("aria-sort") !== "ascending";
    const body = head.closest("table").tBodies[0];
    head.parentNode.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    // What has no value stands last, whichever way the table runs.
    const rows = [...body.rows].map((row) => [keyOf(row, place), row]);
    rows.sort(([a], [b]) => (a === null) - (b === null) || (rising ? 1 : -1) * (a === null ? 0 : compare(a, b)));
    body.append(...rows.map(([, row]) => row));
  });

  // [data-copy="id"]: the text of that element goes to the clipboard; [data-done] is what the button says then.
  each("[data-copy]", (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
      (button.querySelector("span") ?? button).textContent = button.dataset.done;
    });
  });

  // [data-print]: a button that prints; without script the browser's own menu does.
  each("[data-print]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // [data-shows="id"]: shows and hides a password; its two words are in data-show and data-hide.
  each("[data-shows]", (button) => {
    const field = document.getElementById(button.dataset.shows);
    button.hidden = false;
    button.addEventListener("click", () => {
      const show = field.type === "password";
      field.type = show ? "text" : "password";
      button.setAttribute("aria-pressed", String(show));
      button.querySelector("span").textContent = show ? button.dataset.hide : button.dataset.show;
    });
    field.form.addEventListener("submit", () => {
      field.type = "password";
    });
  });

  // Signing out: no draft of this reader stays in a browser that others use.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-forget-drafts]") || !navigator.onLine) return;
    try {
      Object.keys(localStorage).filter((key) => key.startsWith("bao-cao:")).forEach((key) => localStorage.removeItem(key));
    } catch { /* a browser that keeps nothing has nothing to forget */ }
  });

  // The summary of what is wrong is read out and brought into sight.
  document.querySelector("[data-errors]")?.focus();
})();
