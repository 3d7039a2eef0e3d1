/* Reviewing: quick comments, and only what changed. Without it everything is shown and typed. */
(() => {
  "use strict";
  document.querySelectorAll("[data-chips]").forEach((chips) => { chips.hidden = false; });
  document.querySelectorAll("[data-fill]").forEach((chip) => chip.addEventListener("click", () => {
    const field = document.getElementById(chip.dataset.fill);
    field.value += (field.value ? "\n" : "") + chip.dataset.text;
    field.focus();
  }));
  document.querySelectorAll("[data-only-changed]").forEach((box) => {
    const table = document.getElementById(box.dataset.onlyChanged);
    const apply = () => {
      table.classList.toggle("only-changed", box.checked);
      table.classList.toggle("all", !box.checked);
    };
    // On a phone the unchanged answers only push the changed ones apart.
    box.checked = window.matchMedia("(max-width: 47.99rem)").matches;
    box.addEventListener("change", apply);
    box.closest("[data-only-changed-label]").hidden = false;
    apply();
  });
})();
