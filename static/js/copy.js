// Copies the whole value of a shortened hash, and says so to eyes and ears.
const said = document.createElement("div");
said.className = "ds-sr-only";
said.setAttribute("role", "status");
document.body.append(said);

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http on another machine has no clipboard API; the old command still works there.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await copy(button.dataset.copy);
  } catch {
    return;
  }
  const use = button.querySelector("use");
  const before = use?.getAttribute("href");
  use?.setAttribute("href", before.replace(/#.*/, "#check"));
  button.dataset.copied = "";
  said.textContent = button.dataset.done ?? "";
  setTimeout(() => {
    use?.setAttribute("href", before);
    delete button.dataset.copied;
    said.textContent = "";
  }, 1600);
});
