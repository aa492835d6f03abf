// 试查文案: asks a moment after the last key, shows the marks behind the text and keeps them in place while typing.
const form = document.querySelector("[data-trial]");
const text = form.querySelector("textarea");
const behind = form.querySelector(".behind");
const result = document.querySelector("#trial-result");
const state = form.querySelector("[data-state]");
const PAUSE = 250;
let timer = 0;
let asking = null;
let pieces = [];

const joined = () => pieces.map((piece) => piece.text).join("");

// The last line break needs something after it, or the browser gives the line no height.
function draw() {
  behind.replaceChildren(...pieces.map((piece) => {
    const node = document.createElement(piece.kind ? "mark" : "span");
    if (piece.kind) node.className = piece.kind;
    node.textContent = piece.text;
    return node;
  }), "\u200b");
}

// What was typed replaces a stretch of the old text: marks before and after it stay, touched ones go.
function follow() {
  const before = joined();
  const now = text.value;
  const most = Math.min(before.length, now.length);
  let head = 0;
  while (head < most && before[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const first = [];
  const last = [];
  let at = 0;
  for (const piece of pieces) {
    const end = at + piece.text.length;
    if (end <= head) first.push(piece);
    else if (at >= before.length - tail) last.push(piece);
    at = end;
  }
  const length = (all) => all.reduce((sum, piece) => sum + piece.text.length, 0);
  pieces = [...first, { kind: "", text: now.slice(length(first), now.length - length(last)) }, ...last];
  draw();
}

function take() {
  const found = result.querySelector("[data-pieces]");
  const fresh = [...found.children].map((node) => ({ kind: node.localName === "mark" ? node.className : "", text: node.textContent }));
  if (fresh.map((piece) => piece.text).join("") !== text.value.trim()) return;
  const lead = text.value.slice(0, text.value.length - text.value.trimStart().length);
  pieces = [{ kind: "", text: lead }, ...fresh, { kind: "", text: text.value.slice(lead.length + text.value.trim().length) }];
  draw();
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  state.textContent = state.dataset.busy;
  try {
    const body = new URLSearchParams(new FormData(form));
    const headers = { "X-Wants": "text", "X-CSRF-Token": form.querySelector("[name=csrf]").value };
    const answer = await fetch(form.action, { method: "POST", body, headers, signal: asking.signal });
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) { state.textContent = await answer.text(); return; }
    result.innerHTML = await answer.text();
    state.textContent = state.dataset.done;
    take();
  } catch (error) {
    if (error.name !== "AbortError") state.textContent = state.dataset.offline;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

form.querySelector("[data-without-script]").hidden = true;
form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
form.addEventListener("change", (event) => { if (event.target !== text) ask(); });
text.addEventListener("input", () => { follow(); later(); });
follow();
if (text.value) ask();
