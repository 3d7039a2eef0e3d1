/* The draft saves itself: 1.5 s after the last input, and when the page is hidden.
   What the server does not have yet stays in this browser under user, report, version and window; it is given up
   when the server has it, on submit and on sign-out. Of two versions the difference is shown. */
(() => {
  "use strict";
  const WAIT = 1500;
  const AGAIN = 10000;
  const stored = (kind) => {
    try { window[kind].setItem("thu", "1"); window[kind].removeItem("thu"); return window[kind]; } catch { return null; }
  };
  const store = stored("localStorage");
  const places = stored("sessionStorage");
  const kept = (prefix) => (store ? Object.keys(store).filter((key) => key.startsWith(prefix + ":")) : []);

  // Received: nothing of it stays on a computer that others use (sign-out: app.js).
  document.querySelectorAll("[data-draft-done]").forEach((done) => {
    kept(done.dataset.draftDone).forEach((key) => store.removeItem(key));
  });

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const prefix = form.dataset.autosave;
  const version = form.elements.version;
  const state = document.querySelector("[data-save-state]");
  const panel = document.querySelector("[data-conflict]");
  const texts = document.getElementById("autosave-words").dataset;
  const cookie = (name) => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1] || "";

  const OURS = ["csrfmiddlewaretoken", "version", "user"];
  const fields = () => {
    const found = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !OURS.includes(name)) found[name] = value.trim();
    }
    return found;
  };
  const plain = (all) => JSON.stringify(Object.entries(all).filter(([, value]) => value !== "").sort()
    .map(([name, value]) => [name, /^[nd]-/.test(name) ? value.replace(/(\d)[. \u00a0\u202f](?=\d{3}(\D|$))/g, "$1") : value.replace(/\r\n/g, "\n")]));
  const fill = (all) => {
    for (const field of form.elements) {
      if (!field.name || ["hidden", "file", "submit"].includes(field.type)) continue;
      if (field.type === "radio") field.checked = all[field.name] === field.value;
      else if (field.name in all && field.value.trim() !== all[field.name]) field.value = all[field.name];
    }
    form.dispatchEvent(new Event("filled"));
  };

  let saved = plain(fields());
  let base = fields(); // what the server last had, to tell what only the other changed
  let timer = 0;
  let sending = null;
  let stopped = false;
  const unanswered = new Map(); // sent, and the answer never came: the server may have it
  const unsaved = () => plain(fields()) !== saved;

  // Each window keeps a copy of its own: of two, neither writes over what the other could not send.
  const own = Math.random().toString(36).slice(2, 10);
  const copies = new Set();
  const keep = () => {
    const key = `${prefix}:${version.value}:${own}`;
    try { store?.setItem(key, JSON.stringify({ fields: fields(), base })); } catch { return; /* full */ }
    copies.forEach((other) => other !== key && other.endsWith(own) && store?.removeItem(other));
    copies.add(key);
  };
  const drop = () => { copies.forEach((key) => store?.removeItem(key)); copies.clear(); };

  const say = (word, detail, tone) => {
    state.dataset.tone = tone || "";
    state.querySelector("[data-save-word]").textContent = word;
    state.querySelector("[data-save-detail]").replaceChildren(...[detail].flat().filter(Boolean));
  };
  const made = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const show = (...parts) => {
    const box = document.createElement("div");
    box.append(...parts.filter(Boolean));
    panel.replaceChildren(box);
    panel.hidden = false;
  };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const request = (keepalive) => {
    const body = new FormData();
    const posted = { ...fields(), version: version.value, user: form.elements.user.value };
    Object.entries(posted).forEach(([name, value]) => body.append(name, value));
    // The cookie's token, not the page's: signing in again in another window has changed it.
    return fetch(form.action, {
      method: "POST", body, keepalive, credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") },
    });
  };

  const taken = (answer, sent) => {
    version.value = answer.version;
    saved = plain(sent);
    base = sent;
    unanswered.clear();
    drop();
    say(state.dataset.saved, state.dataset.at.replace("{time}", answer.time));
    if (unsaved()) { keep(); later(WAIT); }
  };

  // Signing in again leads back to the field where the reader was; `place` is its name.
  let place = "";
  const leave = () => {
    try { places?.setItem(prefix + ":o", JSON.stringify([place, form.dataset.returned])); } catch { /* then to the top */ }
  };
  form.addEventListener("focusin", (event) => { place = event.target.name || place; });
  const signIn = () => {
    const link = made("a", state.dataset.sign, { href: form.dataset.signIn });
    link.addEventListener("click", leave);
    say(state.dataset.over, link, "warn");
    later(AGAIN);
  };
  const comeBack = () => {
    const [name, told] = JSON.parse(places?.getItem(prefix + ":o") || "[]");
    places?.removeItem(prefix + ":o");
    // What is new above the form is read first.
    if (!name || location.hash || told !== form.dataset.returned || form.querySelector("[role=alert]:not([hidden])")) return;
    const found = [...form.elements].filter((field) => field.name === name && field.type !== "hidden");
    const field = found.find((one) => one.checked) || found[0];
    field?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
  };

  // Returned while this page was open: the reason, once.
  const returned = (answer) => {
    if (!answer.returned || answer.returned.id === form.dataset.returned) return null;
    form.dataset.returned = answer.returned.id;
    return made("p", answer.returned.words);
  };
  const conflict = (answer) => {
    const ours = unanswered.get(plain(answer.fields));
    if (ours) {
      // Our own save arrived and only its answer was lost.
      taken(answer, ours);
      return later(0);
    }
    // What only the other changed is taken, what only this reader changed is kept; both at once is for the reader.
    const names = Object.keys(answer.fields);
    const same = (name, one, other) => plain({ [name]: one[name] || "" }) === plain({ [name]: other[name] || "" });
    const clash = (name) => !same(name, answer.fields, base) && !same(name, fields(), base) && !same(name, fields(), answer.fields);
    const goOn = () => {
      const mine = fields();
      const theirs = names.filter((name) => same(name, mine, base));
      fill({ ...mine, ...Object.fromEntries(theirs.map((name) => [name, answer.fields[name]])) });
      version.value = answer.version;
      saved = plain(answer.fields);
      base = answer.fields;
    };
    const who = (text) => text.replace("{who}", answer.who).replace("{time}", answer.time);
    if (!names.some(clash)) {
      goOn();
      show(made("p", who(texts.merged)), returned(answer));
      // Another window may have sent what stood here.
      if (!unsaved()) return taken(answer, fields());
      keep();
      return later(0);
    }
    stopped = true;
    const settle = (act) => () => { stopped = false; panel.hidden = true; act(); };
    const acts = made("p", "", { className: "acts" });
    const button = (text, act) => {
      const one = made("button", text, { type: "button", className: "btn" });
      one.addEventListener("click", settle(act));
      return one;
    };
    acts.append(
      button(texts.keep, () => {
        goOn();
        if (!unsaved()) return taken(answer, fields());
        keep();
        return save();
      }),
      button(texts.take, () => { fill(answer.fields); taken(answer, fields()); }),
    );
    show(made("strong", who(texts.said)), returned(answer), differences(answer.differences), acts);
    panel.focus();
    say(state.dataset.conflictState, state.dataset.see, "warn");
  };
  const differences = (all) => {
    const table = made("table", "", { className: "t" });
    const head = document.createElement("tr");
    head.append(...[texts.item, texts.theirs, texts.mine].map((text) => made("th", text, { scope: "col" })));
    table.createTHead().append(head);
    table.createTBody().append(...all.map((one) => {
      const row = document.createElement("tr");
      row.append(made("th", one.label, { scope: "row" }), made("td", one.theirs), made("td", one.mine));
      return row;
    }));
    return table;
  };
  // The report takes nothing now. What is typed stays in sight and in this browser: it may be opened again.
  const closed = (answer) => {
    stopped = true;
    keep();
    const link = answer.receipt && made("a", texts.receipt, { href: answer.receipt });
    show(made("strong", answer.closed), made("p", texts.closed), link);
    say(state.dataset.closed, answer.closed, "bad");
  };

  const read = async (response, sent) => {
    if (response.redirected || response.status === 401) return signIn();
    const answer = (response.headers.get("Content-Type") || "").includes("json") ? await response.json() : {};
    if (response.ok && answer.version !== undefined) return taken(answer, sent);
    if (response.status === 409) return conflict(answer);
    if (response.status === 410) return closed(answer);
    throw new Error(String(response.status));
  };

  const send = (keepalive) => {
    const sent = fields();
    sending = request(keepalive)
      .then((response) => read(response, sent))
      .catch(() => {
        unanswered.set(plain(sent), sent);
        say(state.dataset.waiting, state.dataset.offline, "warn");
        later(AGAIN);
      })
      .finally(() => { sending = null; });
    return sending;
  };
  function save() {
    clearTimeout(timer);
    if (stopped || sending || !unsaved()) return sending;
    say(state.dataset.saving, "…");
    return send(false);
  }

  form.addEventListener("input", () => {
    if (!unsaved()) return;
    keep();
    if (!stopped) later(WAIT);
  });
  document.addEventListener("visibilitychange", () => {
    if (stopped || sending || !unsaved()) return;
    clearTimeout(timer);
    // Seen again, perhaps after signing in elsewhere: what waits goes up at once.
    if (document.visibilityState === "hidden") send(true); else later(0);
  });
  window.addEventListener("online", () => later(0));

  // A save under way must answer first, or the form would be sent with a version that is no longer true.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    leave();
    if (!navigator.onLine) {
      event.preventDefault();
      say(state.dataset.waiting, state.dataset.offline, "warn");
      return;
    }
    if (!sending && !unsaved() && event.submitter?.value === "check") {
      // The server has it all: one way over the line instead of two.
      event.preventDefault();
      location.assign(form.dataset.check);
      return;
    }
    if (!sending) {
      stopped = true;
      return;
    }
    event.preventDefault();
    await sending;
    if (!stopped) form.requestSubmit(event.submitter);
  });
  // Signing out forgets the copies (app.js); what the server does not have yet goes up first, and once only waits.
  let asked = false;
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-forget-drafts]") || asked || stopped || !unsaved()) return;
    event.preventDefault();
    asked = true;
    keep();
    await sending;
    await save();
    if (!unsaved()) event.target.requestSubmit();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  // What an earlier visit could not send: the newest first, one after the other, each against what the server has.
  const restore = async () => {
    const at = (key) => Number(key.slice(prefix.length + 1).split(":")[0]);
    for (const key of kept(prefix).sort((one, other) => at(other) - at(one))) {
      let copy = null;
      try { copy = JSON.parse(store.getItem(key)); } catch { /* not ours */ }
      if (!copy?.fields || !copy.base || plain(copy.fields) === plain(fields())) {
        store.removeItem(key);
        continue;
      }
      if (stopped || unsaved()) break;
      copies.add(key);
      base = copy.base;
      fill(copy.fields);
      version.value = String(at(key));
      await save();
    }
  };
  comeBack();
  restore();
})();
