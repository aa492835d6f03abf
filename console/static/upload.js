// Uploads with a progress bar. Without this module the same form is sent by the browser itself.
import { say } from "./toast.js";

const mb = (n) => (n / 1048576).toFixed(n < 104857600 ? 1 : 0);

function tooLarge(form) {
  for (const input of form.querySelectorAll("input[type=file]")) {
    const limit = Number(input.dataset.limit || 0);
    if (limit && input.files[0]?.size > limit) { say(input.dataset.tooLarge, true); input.focus(); return true; }
  }
  return false;
}

function send(form, submitter) {
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-words]");
  const data = new FormData(form, submitter);
  const request = new XMLHttpRequest();
  const started = Date.now();
  const buttons = [...form.querySelectorAll("button")];
  const end = (message) => { buttons.forEach((one) => { one.disabled = false; }); box.hidden = true; say(message, true); };

  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.max = event.total;
    bar.value = event.loaded;
    const rate = event.loaded / Math.max(Date.now() - started, 1);
    const left = Math.ceil((event.total - event.loaded) / Math.max(rate, 0.001) / 1000);
    words.textContent = box.dataset.template.replace("{done}", mb(event.loaded)).replace("{total}", mb(event.total)).replace("{left}", String(left));
  });
  request.addEventListener("load", () => {
    if (request.status < 300 && request.getResponseHeader("HX-Redirect")) location.assign(request.getResponseHeader("HX-Redirect"));
    else {
      // The texts are saved already: the next try continues that draft instead of making another one.
      const next = request.getResponseHeader("X-Continue");
      if (next) {
        form.action = next;
        let version = form.querySelector("[name=version]");
        if (!version) { version = Object.assign(document.createElement("input"), { type: "hidden", name: "version" }); form.prepend(version); }
        version.value = request.getResponseHeader("X-Version");
      }
      end(request.responseText || box.dataset.broken);
    }
  });
  request.addEventListener("error", () => end(box.dataset.broken));
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("X-CSRF-Token", form.querySelector("[name=csrf]").value);
  buttons.forEach((one) => { one.disabled = true; });
  box.hidden = false;
  request.send(data);
}

document.querySelectorAll("form[data-upload]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!tooLarge(form)) send(form, event.submitter);
  });
});
