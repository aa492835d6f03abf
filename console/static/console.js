// Small behaviours of every page: toasts, live parts, list keys, guarded clicks, help. Pages work without them.
import { say } from "./toast.js";

// What was just done is said once, not again after a reload.
const here = new URL(location.href);
if (here.searchParams.has("done")) { here.searchParams.delete("done"); history.replaceState(null, "", here); }

const typing = (target) => target.matches("input:not([type=checkbox],[type=radio],[type=range]), textarea, select, [contenteditable]");
const dirty = new Set();
document.addEventListener("input", (event) => { const form = event.target.closest("form"); if (form) dirty.add(form); });
document.addEventListener("submit", (event) => dirty.delete(event.target));

// htmx shows nothing on errors: say what the server said, keep what was typed.
document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.responseText || document.body.dataset.failed, true));
document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline, true));
document.addEventListener("htmx:confirm", (event) => {
  const question = event.target.getAttribute("data-ask");
  if (!question) return;
  event.preventDefault();
  if (window.confirm(question)) event.detail.issueRequest(true);
});

// Live parts: ask every 3 s with the last ETag while the page is looked at; 304 leaves the page alone.
async function refresh(part) {
  const headers = { "X-Wants": "text" };
  if (part.dataset.etag) headers["If-None-Match"] = part.dataset.etag;
  const answer = await fetch(part.dataset.live, { headers, cache: "no-store" });
  if (answer.status === 401) { location.reload(); return; }
  if (answer.status !== 200) return;
  part.dataset.etag = answer.headers.get("ETag") ?? "";
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
  part.innerHTML = await answer.text();
  for (const id of open) if (id) part.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  window.htmx?.process(part);
  const mark = part.querySelector("[data-mark]")?.dataset.mark;
  if (part.dataset.mark && mark && mark !== part.dataset.mark) {
    if (dirty.size) { part.dataset.mark = mark; say(part.dataset.moved); } else location.reload();
  }
}

const parts = [...document.querySelectorAll("[data-live]")];
if (parts.length) {
  const every = Number(parts[0].dataset.every || 3000);
  const tick = async () => {
    if (document.visibilityState === "visible") {
      await Promise.allSettled(parts.filter((part) => !part.contains(document.activeElement) || !typing(document.activeElement)).map(refresh));
    }
    setTimeout(tick, every);
  };
  setTimeout(tick, every);
}

// Lists: j/k move, Enter opens, a approves, r returns. Pages name the keys in [data-key].
const picks = () => [...document.querySelectorAll(".pick")];
function move(step) {
  const all = picks();
  if (!all.length) return;
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  all.forEach((one) => one.setAttribute("aria-selected", String(one === next)));
  next.scrollIntoView({ block: "nearest" });
}
const help = document.querySelector("#help");
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?") { help?.showModal(); return; }
  if (help?.open) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/") { const box = document.querySelector("[data-search]"); if (!box) return; box.focus(); }
  else {
    const scope = document.querySelector(".pick[aria-selected=true]") ?? document;
    const key = CSS.escape(event.key);
    const target = scope.querySelector(`[data-key="${key}"]`) ?? (scope === document ? null : document.querySelector(`main > [data-key="${key}"]`));
    if (!target) return;
    if (target.matches("a")) target.click(); else { target.focus(); target.scrollIntoView({ block: "center" }); }
  }
  event.preventDefault();
});
document.querySelector("#help-open")?.addEventListener("click", () => help.showModal());
document.querySelectorAll("[data-print]").forEach((one) => one.addEventListener("click", () => window.print()));
document.querySelectorAll("[data-submit-on-change]").forEach((one) => one.addEventListener("change", () => one.form.requestSubmit()));

// Parts that only matter for one choice, e.g. the agreement of a staff member who stays visible.
function showFor(group) {
  const chosen = group.querySelector("input:checked, select")?.value ?? "";
  group.querySelectorAll("[data-for]").forEach((one) => { one.hidden = !one.dataset.for.split(" ").includes(chosen); });
}
document.querySelectorAll("[data-switch]").forEach((group) => { showFor(group); group.addEventListener("change", () => showFor(group)); });
