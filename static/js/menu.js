// The menu of narrow screens is a native <details>; this adds Escape and a way out of it.
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
