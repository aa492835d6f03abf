// The review player: our controls over the browser's video, pins on the scrubber, a frame around what was found.
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const two = (n) => String(Math.floor(n)).padStart(2, "0");
const show = (s) => `${Math.floor(s / 60)}:${two(s % 60)}`;

function setUp(player) {
  const video = player.querySelector("video");
  const part = (name) => player.querySelector(`[data-part=${name}]`);
  const scrub = part("scrub");
  const box = part("box");
  const stage = player.querySelector(".stage");

  const length = () => (Number.isFinite(video.duration) ? video.duration : Number(player.dataset.seconds) || 0);
  const toggle = () => (video.paused ? video.play().catch(() => {}) : video.pause());
  const jump = (to) => { video.currentTime = Math.min(Math.max(to, 0), length()); };
  const speed = (step) => {
    const at = SPEEDS.indexOf(video.playbackRate);
    video.playbackRate = SPEEDS[Math.min(Math.max((at < 0 ? 2 : at) + step, 0), SPEEDS.length - 1)];
  };

  function frame(data) {
    if (!data.w || !video.videoWidth) { box.hidden = true; return; }
    const scale = Math.min(stage.clientWidth / video.videoWidth, video.clientHeight / video.videoHeight);
    const left = (stage.clientWidth - video.videoWidth * scale) / 2;
    const above = (video.clientHeight - video.videoHeight * scale) / 2;
    Object.assign(box.style, {
      left: `${left + data.x * scale}px`, top: `${above + data.y * scale}px`,
      width: `${data.w * scale}px`, height: `${data.h * scale}px`,
    });
    box.hidden = false;
  }

  function visit(element) {
    const data = Object.fromEntries(["first", "last", "x", "y", "w", "h"].map((k) => [k, Number(element.dataset[k] || 0)]));
    video.pause();
    jump(data.first);
    frame(data);
    document.querySelectorAll(".finding.here").forEach((one) => one.classList.remove("here"));
    const item = document.querySelector(`#finding-${element.dataset.finding}`);
    item?.classList.add("here");
    if (element.classList.contains("pin")) item?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  function placePins() {
    const whole = length();
    player.querySelectorAll(".pin").forEach((pin) => { pin.style.left = `${whole ? (100 * Number(pin.dataset.first)) / whole : 0}%`; });
  }

  function tell() {
    part("time").textContent = `${show(video.currentTime)} / ${show(length())}`;
    scrub.max = String(length());
    scrub.value = String(video.currentTime);
    part("speed").textContent = `${video.playbackRate}×`;
    part("toggle").setAttribute("aria-pressed", String(!video.paused));
    player.classList.toggle("playing", !video.paused);
  }

  video.controls = false;
  player.querySelector(".bar").hidden = false;
  part("toggle").addEventListener("click", toggle);
  video.addEventListener("click", toggle);
  part("back").addEventListener("click", () => jump(video.currentTime - 5));
  part("forward").addEventListener("click", () => jump(video.currentTime + 5));
  part("speed").addEventListener("click", () => { if (video.playbackRate >= 2) video.playbackRate = 0.5; else speed(1); });
  part("mute").addEventListener("click", () => { video.muted = !video.muted; part("mute").setAttribute("aria-pressed", String(video.muted)); });
  part("full").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : player.requestFullscreen()));
  scrub.addEventListener("input", () => { box.hidden = true; jump(Number(scrub.value)); });
  player.querySelectorAll(".pin").forEach((pin) => pin.addEventListener("click", () => visit(pin)));
  document.querySelectorAll("[data-seek]").forEach((one) => one.addEventListener("click", () => visit(one)));
  for (const name of ["timeupdate", "loadedmetadata", "play", "pause", "ratechange", "seeked"]) video.addEventListener(name, tell);
  video.addEventListener("loadedmetadata", placePins);
  video.addEventListener("play", () => { box.hidden = true; });
  window.addEventListener("resize", () => { box.hidden = true; });
  placePins();
  tell();

  const keys = {
    " ": toggle, ArrowLeft: (e) => jump(video.currentTime - (e.shiftKey ? 0.04 : 5)), ArrowRight: (e) => jump(video.currentTime + (e.shiftKey ? 0.04 : 5)),
    "[": () => speed(-1), "]": () => speed(1), m: () => part("mute").click(), f: () => part("full").click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=range]), textarea, select")) return;
    if (event.key === " " && event.target.matches("button, a, summary, [type=checkbox]")) return;
    const act = keys[event.key];
    if (!act || document.querySelector("dialog[open]")) return;
    act(event);
    event.preventDefault();
  });
}

document.querySelectorAll("[data-player]").forEach(setUp);
