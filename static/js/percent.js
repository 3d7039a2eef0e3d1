/* Under each pair of numbers: the percentage, the bar, how many are missing. Without it the server's figures stand. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const vietnamese = document.documentElement.lang !== "en";
  const comma = (text) => (vietnamese ? text.replace(".", ",") : text);
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, vietnamese ? "." : ",");
  // As the server reads them: 1.234 and 1 234 are whole numbers, 12,5 is none.
  const whole = (text) => {
    const written = text.trim();
    if (/^\d{1,3}([. \u00a0\u202f]\d{3})+$/.test(written)) return Number(written.replace(/\D/g, ""));
    return /^\d{1,9}$/.test(written) ? Number(written) : NaN;
  };
  const bar = (svg) => {
    const found = svg.querySelector(".v");
    if (found) return found;
    const made = document.createElementNS(SVG, "rect");
    Object.entries({ class: "v", y: 2, height: 8, rx: 2, width: "0%" }).forEach(([key, value]) => made.setAttribute(key, value));
    svg.querySelector(".tr").after(made);
    return made;
  };

  const show = (box, n, d, unread) => {
    const goal = parseFloat(box.dataset.target.replace(",", "."));
    const known = Number.isInteger(n) && d > 0;
    const over = known && n > d;
    const length = known ? Math.min(100, Math.floor((n * 1000) / d) / 10) : 0;
    // Exact in whole hundredths of a percent, so that 79.96% never counts as 80%.
    const needed = Math.max(0, Math.ceil((Math.round(goal * 100) * d) / 10000) - n);
    const tone = unread ? "bad" : !known || (!over && Number.isNaN(goal)) ? "" : over ? "bad" : needed ? "warn" : "ok";
    box.querySelector("[data-val]").textContent = over || unread ? box.dataset.wrong : known ? comma(length.toFixed(1)) + "%" : "–";
    bar(box.querySelector(".bul")).setAttribute("width", length + "%");
    box.querySelector(".bul").classList.toggle("low", known && length < goal - 10);
    box.querySelector("[data-tag]").className = "tag" + (tone && " tag--" + tone);
    ["warn", "ok", "bad"].forEach((name) => (box.querySelector(`[data-icon-${name}]`).hidden = name !== tone));
    const words = { "": "", bad: unread ? box.dataset.letters : box.dataset.over, ok: box.dataset.met, warn: box.dataset.short };
    box.querySelector("[data-msg]").textContent = words[tone].replace("{count}", grouped(needed));
  };

  document.querySelectorAll("[data-ratio]").forEach((pair) => {
    const n = pair.querySelector("[data-num]");
    const d = pair.querySelector("[data-den]");
    const box = document.getElementById(pair.dataset.ratio);
    const run = () => {
      const [count, total] = [whole(n.value), whole(d.value)];
      const unread = [n, d].map((field) => field.value.trim() !== "" && Number.isNaN(whole(field.value)));
      n.setAttribute("aria-invalid", String(count > total || unread[0]));
      d.setAttribute("aria-invalid", String(unread[1]));
      show(box, count, total, unread[0] || unread[1]);
    };
    // What was wrong when the draft was left is said again when it is opened.
    if (n.value.trim() !== "") run();
    pair.addEventListener("input", run);
    pair.addEventListener("change", run);
    n.form.addEventListener("filled", run);
  });

  // How many people there are is typed once: it follows wherever the same ones are counted and stood at the same.
  const totals = [...document.querySelectorAll("[data-den]")];
  const stood = new Map(totals.map((total) => [total, total.value.trim()]));
  const note = () => totals.forEach((total) => stood.set(total, total.value.trim()));
  totals.forEach((total) => total.addEventListener("input", () => {
    const same = totals.filter((other) => other.dataset.den === total.dataset.den && stood.get(other) === stood.get(total));
    same.filter((other) => other !== total).forEach((other) => {
      other.value = total.value;
      stood.set(other, total.value.trim());
      other.dispatchEvent(new Event("change", { bubbles: true }));
    });
    stood.set(total, total.value.trim());
  }));

  // How far the form is: a question is answered when each of its fields is.
  const form = document.querySelector("form[data-autosave]");
  form?.addEventListener("filled", note);
  const done = document.querySelector("[data-progress-done]");
  if (!form || !done) return;
  const answered = (question) => {
    const radios = question.querySelectorAll("input[type=radio]");
    if (radios.length) return [...radios].some((radio) => radio.checked);
    return [...question.querySelectorAll(".pair")].every((pair) => {
      const total = whole(pair.querySelector("[data-den]").value);
      return total === 0 || [...pair.querySelectorAll("input")].every((field) => field.value.trim() !== "");
    });
  };
  const count = () => {
    const questions = [...form.querySelectorAll("[data-question]")];
    const left = questions.filter((question) => !answered(question)).length;
    done.textContent = questions.length - left;
    document.querySelectorAll("[data-progress-of]").forEach((link) => {
      const inside = [...document.getElementById(link.dataset.progressOf).querySelectorAll("[data-question]")];
      const wrong = inside.some((question) => question.querySelector("[aria-invalid=true]"));
      link.className = wrong ? "bad" : inside.every(answered) ? "ok" : "todo";
    });
    const words = document.querySelector("[data-unanswered]");
    words.textContent = left ? " · " + words.dataset.unanswered.replace("{count}", left) : "";
  };
  form.addEventListener("input", count);
  form.addEventListener("filled", count);
})();
