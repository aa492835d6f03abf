// Attached pictures on the contact sheet: pages, the places that are covered, drawing a box by hand, finger or keys.
// Boxes are kept in pixels of the picture; on the screen they are laid out in shares of it, so nothing moves on resize.
const SIDES = ["x", "y", "w", "h"];
const LEAST = 4;
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

function remembered(key, value) {
  try {
    if (value === undefined) return Number(sessionStorage.getItem(key)) || 0;
    sessionStorage.setItem(key, String(value));
  } catch { /* no storage: the first page is shown */ }
  return 0;
}

function boxOn(shape, page) {
  const data = shape.dataset;
  if (data.boxes !== undefined) {
    const found = data.boxes.split(";").map((one) => one.split(",").map(Number)).find((one) => one[0] === page);
    return found ? { x: found[1], y: found[2], w: found[3], h: found[4] } : null;
  }
  if (page < Number(data.first) || page > Number(data.last)) return null;
  return Object.fromEntries(SIDES.map((side) => [side, Number(data[side])]));
}

function setUp(board) {
  const part = (name) => board.querySelector(`[data-part=${name}]`);
  const image = part("image");
  if (!image) return;
  const [sight, canvas, said, form, pencil] = ["sight", "canvas", "said", "form", "pencil"].map(part);
  const pages = Number(board.dataset.pages);
  const fresh = Object.assign(document.createElement("div"), { className: "fresh", hidden: true });
  canvas.append(fresh);
  let page = 0;
  let box = null;
  let start = null;
  const armed = () => canvas.classList.contains("drawing");
  const size = () => ({ width: image.naturalWidth || 1, height: image.naturalHeight || 1 });

  function lay(element, at) {
    const { width, height } = size();
    Object.assign(element.style, {
      left: `${(100 * at.x) / width}%`, top: `${(100 * at.y) / height}%`,
      width: `${(100 * at.w) / width}%`, height: `${(100 * at.h) / height}%`,
    });
  }

  function show() {
    canvas.querySelectorAll(".shape").forEach((shape) => {
      const at = boxOn(shape, page);
      shape.hidden = !at;
      if (at) lay(shape, at);
    });
  }

  function turn(to) {
    const wanted = clamp(to, 0, pages - 1);
    if (wanted !== page) {
      page = wanted;
      image.src = `/media/${board.dataset.copy}/pages/${page}`;
      image.alt = image.dataset.alt.replace("{page}", page + 1);
    }
    if (part("page")) part("page").value = page + 1;
    remembered(board.id, page);
  }

  function tell() {
    fresh.hidden = !box;
    if (box) lay(fresh, box);
    if (!form) return;
    for (const side of SIDES) form.querySelector(`[name=${side}]`).value = box ? box[side] : "";
    said.textContent = box ? said.dataset.template.replace(/\{(\w)\}/g, (_all, side) => box[side]) : said.dataset.empty;
  }

  function span() {
    if (!part("from")) return;
    const all = "animated" in board.dataset;
    part("from").value = all ? 1 : page + 1;
    part("to").value = all ? pages : page + 1;
  }

  function arm(on) {
    pencil.setAttribute("aria-pressed", String(on));
    canvas.classList.toggle("drawing", on);
    if (!on) return;
    sight.focus({ preventScroll: true });
    sight.scrollIntoView({ block: "nearest" });
  }

  function point(event) {
    const seen = canvas.getBoundingClientRect();
    const { width, height } = size();
    return {
      x: clamp(((event.clientX - seen.left) / seen.width) * width, 0, width),
      y: clamp(((event.clientY - seen.top) / seen.height) * height, 0, height),
    };
  }

  function drag(event) {
    const end = point(event);
    const [x, y] = [Math.round(Math.min(start.x, end.x)), Math.round(Math.min(start.y, end.y))];
    box = { x, y, w: Math.round(Math.abs(start.x - end.x)), h: Math.round(Math.abs(start.y - end.y)) };
  }

  // By keys a box begins in the middle and is moved or sized in steps of a fiftieth of the picture.
  function nudge(event) {
    const { width, height } = size();
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const far = Math.max(1, Math.round(width / 50));
    const now = box || { x: Math.round(width * 0.4), y: Math.round(height * 0.4), w: Math.round(width / 5), h: Math.round(height / 5) };
    box = event.shiftKey
      ? { ...now, w: clamp(now.w + step[0] * far, LEAST, width - now.x), h: clamp(now.h + step[1] * far, LEAST, height - now.y) }
      : { ...now, x: clamp(now.x + step[0] * far, 0, width - now.w), y: clamp(now.y + step[1] * far, 0, height - now.h) };
    tell();
  }

  function pressed(event) {
    if (event.target !== sight || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = event.key.startsWith("Arrow");
    if (arrow && armed()) nudge(event);
    else if (event.key === "ArrowLeft") turn(page - 1);
    else if (event.key === "ArrowRight") turn(page + 1);
    else if (event.key === "d" && pencil) { arm(!armed()); if (armed() && !box) { span(); nudgeStart(); } }
    else if (event.key === "Enter" && armed()) { arm(false); form.querySelector("button.main").focus(); }
    else if (event.key === "Escape" && pencil) { start = box = null; arm(false); tell(); }
    else return;
    event.preventDefault();
    event.stopPropagation(); // the film's player listens to the same keys
  }

  function nudgeStart() {
    const { width, height } = size();
    box = { x: Math.round(width * 0.4), y: Math.round(height * 0.4), w: Math.round(width / 5), h: Math.round(height / 5) };
    tell();
  }

  function goto(shape) {
    const row = document.getElementById(shape.dataset.goto);
    if (!row) return;
    if (row.tagName === "DETAILS") row.open = true;
    row.scrollIntoView({ block: "center" });
    const field = row.querySelector("input:not([type=hidden])") || row.querySelector(".danger, button, summary");
    field?.focus({ preventScroll: true });
  }

  function visit(to, name) {
    turn(to);
    sight.scrollIntoView({ block: "nearest" });
    canvas.querySelectorAll(".here").forEach((one) => one.classList.remove("here"));
    canvas.querySelector(`[data-shape=${name}]`)?.classList.add("here");
  }

  image.addEventListener("load", () => { show(); tell(); });
  image.addEventListener("error", () => { if (said) said.textContent = said.dataset.failed; });
  sight.addEventListener("keydown", pressed);
  canvas.addEventListener("click", (event) => {
    const shape = event.target.closest(".shape");
    if (shape && !armed()) goto(shape);
  });
  board.querySelectorAll("[data-step]").forEach((one) => one.addEventListener("click", () => turn(page + Number(one.dataset.step))));
  part("page")?.addEventListener("change", () => turn(Number(part("page").value) - 1));
  document.querySelectorAll(`[data-turn=${board.id}]`).forEach((one) => one.addEventListener("click", () => visit(Number(one.dataset.page), one.dataset.shape)));

  if (form) {
    pencil.addEventListener("click", () => arm(!armed()));
    canvas.addEventListener("pointerdown", (event) => {
      if (!armed() || !event.isPrimary) return;
      canvas.setPointerCapture(event.pointerId);
      start = point(event);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => { if (start && event.isPrimary) { drag(event); tell(); } });
    canvas.addEventListener("pointerup", (event) => {
      if (!start || !event.isPrimary) return;
      drag(event);
      start = null;
      if (box.w < LEAST || box.h < LEAST) box = null; else { span(); arm(false); }
      tell();
    });
    canvas.addEventListener("pointercancel", () => { start = null; });
    // Before htmx reads the form: people count pages from 1, the record from 0.
    form.addEventListener("submit", () => {
      form.querySelector("[name=first]").value = part("from") ? Number(part("from").value) - 1 : 0;
      form.querySelector("[name=last]").value = part("to") ? Number(part("to").value) - 1 : 0;
    }, true);
  }
  turn(remembered(board.id));
  if (image.complete) show();
}

document.querySelectorAll("[data-board]").forEach(setUp);
