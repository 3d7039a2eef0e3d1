/* Reviewing: quick comments go into the text, and only what changed is shown. Without it they are ticked. */
(() => {
  "use strict";
  document.querySelectorAll("[data-fills]").forEach((chips) => {
    const field = document.getElementById(chips.dataset.fills);
    chips.classList.add("filling");
    chips.addEventListener("change", (event) => {
      if (!event.target.checked) return;
      event.target.checked = false;
      field.value += (field.value ? "\n" : "") + event.target.dataset.text;
      field.focus();
    });
  });
  document.querySelectorAll("[data-only-changed]").forEach((box) => {
    const table = document.getElementById(box.dataset.onlyChanged);
    const apply = () => table.classList.toggle("only-changed", box.checked);
    // On a phone the unchanged answers only push the changed ones apart.
    box.checked = window.matchMedia("(max-width: 47.99rem)").matches;
    box.addEventListener("change", apply);
    box.closest("[data-only-changed-label]").hidden = false;
    apply();
  });
})();
