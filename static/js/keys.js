// Keys: "/" search, "?" this list, j/k through the lines of a [data-keys] list, and any letter that a visible
// [data-key] element names (o override, a agree, v verify). They can be switched off (WCAG 2.1.4).
const dialog = document.getElementById("keys");
const setting = dialog?.querySelector("[data-keys-switch]");

function enabled() {
  try {
    return localStorage.getItem("keys") !== "off";
  } catch {
    return true;
  }
}

if (setting) {
  setting.checked = enabled();
  setting.addEventListener("change", () => {
    try {
      localStorage.setItem("keys", setting.checked ? "on" : "off");
    } catch {
      setting.checked = true;
    }
  });
}

function lines() {
  const all = document.querySelectorAll("[data-keys] :is([data-line], tbody > tr)");
  return [...all].filter((line) => line.checkVisibility());
}

function select(line) {
  for (const other of lines()) delete other.dataset.selected;
  if (!line) return;
  line.dataset.selected = "";
  const target = line.querySelector("[data-key-open], a[href]") ?? line;
  target.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = lines();
  if (!all.length) return false;
  const now = all.findIndex((line) => line.contains(document.activeElement) || "selected" in line.dataset);
  select(all[Math.min(Math.max(now + step, 0), all.length - 1)]);
  return true;
}

function press(key) {
  const selected = document.querySelector("[data-keys] [data-selected]");
  const scope = selected?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`[data-key="${key}"]`);
  if (!scope || scope.closest("[hidden]")) return false;
  scope.focus();
  scope.click();
  return true;
}

function act(key) {
  if (key === "/") {
    const menu = document.querySelector("[data-menu]");
    const search = document.querySelector("[data-search]");
    if (menu && search && !search.checkVisibility()) menu.open = true;
    search?.focus();
    return Boolean(search);
  }
  if (key === "?") {
    dialog?.showModal();
    return Boolean(dialog);
  }
  if (key === "j") return move(1);
  if (key === "k") return move(-1);
  return /^[a-z]$/.test(key) && press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open || !enabled()) return;
  if (event.target.closest('input:not([type="checkbox"], [type="radio"], [type="button"]), textarea, select, [contenteditable]')) return;
  if (act(event.key)) event.preventDefault();
});
