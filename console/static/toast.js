// One line at the foot of the page. A module of its own: whoever imports it gets the same one.
const toast = document.querySelector("#toast");
let fading = 0;

export function say(message, bad = false) {
  toast.textContent = message;
  toast.classList.toggle("bad", bad);
  toast.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { toast.hidden = true; }, bad ? 9000 : 4000);
}
