/* The draft saves itself: 1.5 s after the last input, and when the page is hidden.
   What the server does not have yet stays in this browser under user, report and version; it is given up
   when the server has it, on submit and on sign-out. Of two versions the difference is shown. */
(() => {
  "use strict";
  const WAIT = 1500;
  const AGAIN = 10000;
  const store = (() => {
    try { localStorage.setItem("thu", "1"); localStorage.removeItem("thu"); return localStorage; } catch { return null; }
  })();
  const forget = (prefix) => {
    if (!store) return;
    Object.keys(store).filter((key) => key.startsWith(prefix)).forEach((key) => store.removeItem(key));
  };

  // Received: nothing of it stays on a computer that others use (sign-out: app.js).
  document.querySelectorAll("[data-draft-done]").forEach((done) => forget(done.dataset.draftDone + ":"));

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const version = form.elements.version;
  const state = document.querySelector("[data-save-state]");
  const panel = document.querySelector("[data-conflict]");
  const key = () => `${form.dataset.autosave}:${version.value}`;
  const cookie = (name) => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1] || "";

  const fields = () => {
    const found = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !["csrfmiddlewaretoken", "version"].includes(name)) found[name] = value.trim();
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
    form.querySelectorAll("[data-ratio] input").forEach((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
  };

  let saved = plain(fields());
  let base = fields(); // what the server last had; unknown while a copy of an earlier visit stands in the form
  let timer = 0;
  let sending = null;
  let sentLast = "";
  let sentFields = null;
  let stopped = false;

  const say = (word, detail, tone) => {
    state.dataset.tone = tone || "";
    state.querySelector("[data-save-word]").textContent = word;
    const place = state.querySelector("[data-save-detail]");
    place.replaceChildren(...[detail].flat().filter(Boolean));
  };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const keep = () => {
    if (!store) return;
    try { store.setItem(key(), JSON.stringify(fields())); } catch { /* full: the server's copy is all there is */ }
  };
  const request = (keepalive, extra = {}) => {
    const body = new FormData();
    Object.entries({ ...fields(), version: version.value, ...extra }).forEach(([name, value]) => body.append(name, value));
    // The cookie's token, not the page's: signing in again in another tab has changed it.
    return fetch(form.action, {
      method: "POST", body, keepalive, credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") },
    });
  };

  const taken = (answer, sent) => {
    forget(form.dataset.autosave + ":");
    version.value = answer.version;
    saved = sent;
    base = sentFields || fields();
    say(state.dataset.saved, state.dataset.at.replace("{time}", answer.time));
    if (plain(fields()) !== saved) { keep(); later(WAIT); }
  };
  const signIn = () => {
    const link = document.createElement("a");
    link.href = form.dataset.signIn;
    link.textContent = state.dataset.sign;
    say(state.dataset.over, link, "warn");
    later(AGAIN);
  };

  const cell = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const button = (text, act) => {
    const made = Object.assign(cell("button", text), { type: "button", className: "btn btn--sm" });
    made.addEventListener("click", act);
    return made;
  };
  const conflict = (answer) => {
    if (sentLast && plain(answer.fields) === sentLast) {
      // Our own save arrived and only its answer was lost.
      version.value = answer.version;
      saved = sentLast;
      base = sentFields;
      return later(0);
    }
    // What only the other changed is taken, what only this reader changed is kept; both at once is for the reader.
    const names = Object.keys(answer.fields);
    const same = (name, one, other) => plain({ [name]: one[name] || "" }) === plain({ [name]: other[name] || "" });
    const clash = (name) => !same(name, answer.fields, base) && !same(name, fields(), base) && !same(name, fields(), answer.fields);
    const goOn = () => {
      const mine = fields();
      const theirs = names.filter((name) => base && same(name, mine, base));
      fill({ ...mine, ...Object.fromEntries(theirs.map((name) => [name, answer.fields[name]])) });
      version.value = answer.version;
      saved = plain(answer.fields);
      base = answer.fields;
    };
    if (base && !names.some(clash)) {
      goOn();
      const texts = document.getElementById("autosave-words").dataset;
      panel.replaceChildren(cell("p", texts.merged.replace("{who}", answer.who).replace("{time}", answer.time)));
      panel.hidden = false;
      return later(0);
    }
    stopped = true;
    const texts = document.getElementById("autosave-words").dataset;
    const table = document.createElement("table");
    table.className = "t";
    const head = document.createElement("tr");
    head.append(...[texts.item, texts.theirs, texts.mine].map((text) => Object.assign(cell("th", text), { scope: "col" })));
    const rows = answer.differences.map((one) => {
      const row = document.createElement("tr");
      row.append(Object.assign(cell("th", one.label), { scope: "row" }), cell("td", one.theirs), cell("td", one.mine));
      return row;
    });
    table.append(document.createElement("thead"), document.createElement("tbody"));
    table.tHead.append(head);
    table.tBodies[0].append(...rows);
    const acts = document.createElement("p");
    acts.className = "acts";
    const settle = () => { stopped = false; panel.hidden = true; };
    acts.append(
      button(texts.keep, () => { settle(); goOn(); save(); }),
      button(texts.take, () => {
        settle();
        fill(answer.fields);
        sentFields = fields();
        taken(answer, plain(fields()));
      }),
    );
    const box = document.createElement("div");
    const who = texts.said.replace("{who}", answer.who).replace("{time}", answer.time);
    box.append(cell("strong", who), table, acts);
    panel.replaceChildren(box);
    panel.hidden = false;
    panel.focus();
    say(state.dataset.conflictState, state.dataset.see, "warn");
  };

  const read = async (response, sent) => {
    if (response.redirected || response.status === 401) return signIn();
    const answer = (response.headers.get("Content-Type") || "").includes("json") ? await response.json() : {};
    if (response.ok && answer.version !== undefined) return taken(answer, sent);
    if (response.status === 409) return conflict(answer);
    if (response.status === 410) { stopped = true; forget(form.dataset.autosave + ":"); return say(state.dataset.closed, answer.closed, "bad"); }
    throw new Error(String(response.status));
  };

  function save() {
    clearTimeout(timer);
    if (stopped || sending) return sending;
    const sent = plain(fields());
    if (sent === saved) return null;
    say(state.dataset.saving, "…");
    sentLast = sent;
    sentFields = fields();
    sending = request(false)
      .then((response) => read(response, sent))
      .catch(() => { say(state.dataset.waiting, state.dataset.offline, "warn"); later(AGAIN); })
      .finally(() => { sending = null; });
    return sending;
  }

  form.addEventListener("input", () => {
    if (stopped || plain(fields()) === saved) return;
    keep();
    later(WAIT);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || stopped || sending || plain(fields()) === saved) return;
    clearTimeout(timer);
    sentLast = plain(fields());
    sentFields = fields();
    sending = request(true).then((response) => read(response, sentLast)).catch(() => {}).finally(() => { sending = null; });
  });
  window.addEventListener("online", () => later(0));

  // A save under way must answer first, or the form would be sent with a version that is no longer true.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!sending) { stopped = true; return; }
    event.preventDefault();
    await sending;
    if (!stopped) form.requestSubmit(event.submitter);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  // Files go up as soon as they are chosen.
  const files = form.querySelector("[data-files]");
  if (files) {
    const add = form.querySelector("[data-add-files]");
    add.hidden = true;
    files.addEventListener("change", () => files.files.length && form.requestSubmit(add));
  }

  // What an earlier visit could not send: the same version is filled in again, an older one is compared.
  const left = store ? Object.keys(store).filter((name) => name.startsWith(form.dataset.autosave + ":")) : [];
  left.forEach((name) => {
    let copy = null;
    try { copy = JSON.parse(store.getItem(name)); } catch { /* not ours */ }
    if (!copy || plain(copy) === saved) return store.removeItem(name);
    const current = version.value;
    if (name !== key()) base = null;
    fill(copy);
    form.dispatchEvent(new Event("filled"));
    version.value = name.slice(form.dataset.autosave.length + 1);
    save()?.finally(() => { if (name !== key()) store.removeItem(name); });
    if (version.value !== current) sentLast = "";
  });
})();
