/* Evidence: files go up as soon as they are chosen, a photo made smaller first, and the form stays as it is.
   Without it a button sends them with the form. */
(() => {
  "use strict";
  const LARGE = 1_000_000;
  const MOST_PIXELS = 1600;
  const QUALITY = 0.8;
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const field = () => document.getElementById("minh-chung");
  const cookie = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]*)/) || [])[1] || "";

  // A camera's photo says how it was held beside the picture; the smaller one is turned already, and says no place.
  const smaller = async (file) => {
    if (file.size <= LARGE || !["image/jpeg", "image/png"].includes(file.type)) return file;
    try {
      const image = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, MOST_PIXELS / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      const pen = canvas.getContext("2d");
      pen.imageSmoothingQuality = "high";
      pen.fillStyle = "#fff"; // behind what a PNG leaves open
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      image.close();
      const made = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
      if (!made || made.type !== "image/jpeg" || made.size >= file.size) return file;
      return new File([made], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: made.type });
    } catch {
      return file; // the browser cannot: as it is
    }
  };

  const upload = (address, files, progress) => new Promise((done, failed) => {
    const body = new FormData();
    files.forEach((file) => body.append("file", file, file.name));
    body.append("user", form.elements.user.value);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", cookie());
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => progress(Math.floor((event.loaded * 100) / event.total)));
    request.addEventListener("load", () => (request.response?.html ? done(request.response) : failed(request.response?.closed)));
    request.addEventListener("error", () => failed());
    request.send(body);
  });

  const say = (text, tone) => {
    const state = field().querySelector("[data-files-state]");
    state.textContent = text;
    state.className = tone || "hint";
  };
  const take = async (input) => {
    const words = field().dataset;
    const address = field().querySelector("[data-add-files]").formAction;
    input.disabled = true;
    say(words.preparing);
    const files = await Promise.all([...input.files].map(smaller));
    const large = files.filter((file) => file.size > Number(words.most) * 1_000_000);
    const right = files.filter((file) => !large.includes(file));
    let refused = large.map((file) => `${file.name}: ${words.large}`);
    try {
      if (right.length) {
        const answer = await upload(address, right, (percent) => say(words.sending.replace("{percent}", percent)));
        field().outerHTML = answer.html;
        refused = refused.concat(answer.refused);
        start();
      }
      say(refused.join(" "), refused.length ? "err" : "");
    } catch (closed) {
      say(closed || words.failed, "err");
    }
    const again = field().querySelector("[data-files]");
    again.disabled = false;
    again.value = "";
    again.focus();
  };
  function start() {
    field().querySelector("[data-add-files]").hidden = true;
    const input = field().querySelector("[data-files]");
    input.addEventListener("change", () => input.files.length && take(input));
  }
  if (field()) start();
})();
