// The menu of narrow screens is a native <details>; this adds Escape and a way out of it.
// A row of tabs that scrolls starts with the current one in sight.
const menu = document.querySelector("[data-menu]");
const summary = menu?.querySelector("summary");

if (menu && summary) {
  summary.setAttribute("aria-controls", "rail-body");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      summary.focus();
    }
  });
  document.getElementById("content")?.addEventListener("click", () => { menu.open = false; });
}

const tabs = document.querySelector(".tabs");
const tab = tabs?.querySelector("[aria-current]");
if (tab) tabs.scrollLeft = Math.max(tab.offsetLeft + tab.offsetWidth - tabs.offsetLeft - tabs.clientWidth + 48, 0);
