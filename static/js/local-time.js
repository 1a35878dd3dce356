// Adds the reader's own time to the title of a time; what is printed stays as the server wrote it.
const local = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" });

function add(root) {
  for (const time of root.querySelectorAll("time.instant[datetime]:not([data-local])")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.dataset.local = "";
    time.title = `${time.title}\n${local.format(at)}`;
  }
}

add(document);
document.addEventListener("htmx:load", (event) => add(event.target));
