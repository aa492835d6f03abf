// Drawing a box over the film: pointer events on a canvas above the video, boxes kept in pixels of the video.
const form = document.querySelector("[data-draw]");
const player = document.querySelector("[data-player]");
const video = player?.querySelector("video");
const stage = player?.querySelector(".stage");

// Where the picture lies inside the stage, and how much it is scaled.
function place() {
  const width = video.videoWidth || Number(form?.dataset.width) || 1;
  const height = video.videoHeight || Number(form?.dataset.height) || 1;
  const around = stage.getBoundingClientRect();
  const seen = video.getBoundingClientRect();
  const scale = Math.min(seen.width / width, seen.height / height);
  const left = seen.left - around.left + (seen.width - width * scale) / 2;
  const top = seen.top - around.top + (seen.height - height * scale) / 2;
  return { width, height, scale, left, top, around };
}

function lay(element, box) {
  const at = place();
  Object.assign(element.style, {
    left: `${at.left + box.x * at.scale}px`, top: `${at.top + box.y * at.scale}px`,
    width: `${box.w * at.scale}px`, height: `${box.h * at.scale}px`,
  });
}

function point(event) {
  const at = place();
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  return {
    x: within((event.clientX - at.around.left - at.left) / at.scale, at.width),
    y: within((event.clientY - at.around.top - at.top) / at.scale, at.height),
  };
}

function between(one, other) {
  const x = Math.round(Math.min(one.x, other.x));
  const y = Math.round(Math.min(one.y, other.y));
  return { x, y, w: Math.round(Math.abs(one.x - other.x)), h: Math.round(Math.abs(one.y - other.y)) };
}

// Boxes that stand already, shown while their time lasts.
function standing(canvas) {
  const masks = [...document.querySelectorAll("[data-mask]")].map((row) => {
    const number = (name) => Number(row.dataset[name]);
    const shown = Object.assign(document.createElement("div"), { className: "standing", hidden: true });
    canvas.append(shown);
    return { shown, first: number("first"), last: number("last"), box: { x: number("x"), y: number("y"), w: number("w"), h: number("h") } };
  });
  const show = () => masks.forEach((mask) => {
    mask.shown.hidden = video.currentTime < mask.first || video.currentTime > mask.last;
    if (!mask.shown.hidden) lay(mask.shown, mask.box);
  });
  for (const name of ["timeupdate", "seeked", "loadedmetadata"]) video.addEventListener(name, show);
  window.addEventListener("resize", show);
  show();
}

function pencil(canvas) {
  const button = form.querySelector("[data-part=pencil]");
  const said = form.querySelector("[data-part=said]");
  const fresh = Object.assign(document.createElement("div"), { hidden: true });
  canvas.append(fresh);
  let start = null;
  let box = null;

  function arm(on) {
    button.setAttribute("aria-pressed", String(on));
    canvas.classList.toggle("drawing", on);
    if (on) { video.pause(); player.scrollIntoView({ block: "nearest" }); }
  }

  function tell() {
    fresh.hidden = !box;
    if (box) lay(fresh, box);
    for (const side of ["x", "y", "w", "h"]) form.querySelector(`[data-side=${side}]`).value = box ? box[side] : "";
    said.textContent = box ? said.dataset.template.replace(/\{(\w)\}/g, (_all, side) => box[side]) : said.dataset.empty;
  }

  button.addEventListener("click", () => arm(button.getAttribute("aria-pressed") !== "true"));
  canvas.addEventListener("pointerdown", (event) => {
    if (!canvas.classList.contains("drawing") || !event.isPrimary) return;
    canvas.setPointerCapture(event.pointerId);
    start = point(event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!start || !event.isPrimary) return;
    box = between(start, point(event));
    tell();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!start || !event.isPrimary) return;
    box = between(start, point(event));
    start = null;
    if (box.w < 4 || box.h < 4) box = null; else arm(false);
    tell();
  });
  canvas.addEventListener("pointercancel", () => { start = null; });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { start = box = null; arm(false); tell(); } });
  form.querySelectorAll("[data-now]").forEach((one) => one.addEventListener("click", () => {
    form.querySelector(`[name=${one.dataset.now}]`).value = video.currentTime.toFixed(2);
  }));
  window.addEventListener("resize", () => { if (box) lay(fresh, box); });
}

if (video && stage) {
  const canvas = Object.assign(document.createElement("div"), { className: "canvas" });
  stage.append(canvas);
  standing(canvas);
  if (form) pencil(canvas);
}

if (video) document.querySelectorAll("[data-span] [data-now]").forEach((one) => one.addEventListener("click", () => {
  one.form.querySelector(`[name=${one.dataset.now}]`).value = video.currentTime.toFixed(2);
}));
