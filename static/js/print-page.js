// Shows the print buttons, which do nothing without this file, and prints the page when one is pressed.
document.querySelectorAll('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});
