import { Wrong } from "./bytes.js";
import { examine } from "./examine.js";
import { element, problem, show } from "./view.js";

const form = document.getElementById("form");
const picker = document.getElementById("files");
const pasted = document.getElementById("key");
const drop = document.getElementById("drop");
const result = document.getElementById("result");
const status = document.getElementById("status");
const chosen = document.getElementById("chosen");
const [again, clear, print] = ["again", "clear", "print"].map((id) => document.getElementById(id));
let files = [];
let running = 0;

// Files add up: the PDF first, its proof later. The same name again replaces the file.
function take(more) {
  const names = new Set(Array.from(more, (file) => file.name));
  files = [...files.filter((file) => !names.has(file.name)), ...more];
  return check();
}

function listFiles() {
  const items = files.map((file) => element("li", {}, file.name));
  chosen.replaceChildren(...items);
  for (const each of [again, clear, print]) each.hidden = !files.length;
}

async function check() {
  listFiles();
  if (!files.length) {
    result.replaceChildren();
    status.textContent = "";
    return;
  }
  const mine = (running += 1);
  let heading;
  status.textContent = "Checking …";
  try {
    if (!globalThis.crypto?.subtle) throw new Wrong("This browser does not let a page from a file compute SHA-256. Open it in another browser, or use verifier.pyz.");
    const outcome = await examine(files, pasted.value, (name) => (status.textContent = `Checking ${name} …`));
    if (mine !== running) return;
    heading = show(result, outcome);
  } catch (error) {
    if (mine !== running) return;
    heading = problem(result, error instanceof Wrong ? error.message : `A file cannot be read: ${error.message}`);
  }
  status.textContent = heading.textContent;
  heading.focus();
}

picker.addEventListener("change", () => {
  take(Array.from(picker.files));
  picker.value = "";
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
clear.addEventListener("click", () => {
  files = [];
  check();
  picker.focus();
});
print.addEventListener("click", () => window.print());

// Files may be dropped anywhere: a browser would open them in the place of this page otherwise.
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.toggleAttribute("data-over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) take(Array.from(event.dataTransfer.files));
  });
}

// Paper shows every step.
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) {
    each.dataset.was = each.open ? "open" : "";
    each.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const each of document.querySelectorAll("details")) each.open = each.dataset.was === "open";
});
