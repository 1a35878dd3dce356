// Shows results. Every word that comes out of a file goes through `plain` and textContent, nowhere else.
const WORDS = {
  holds: "Holds",
  fails: "Does not hold",
  unchecked: "Not checked here",
  closed: "Not disclosed",
  computed: "Computed here",
};
const MARKS = { holds: "✓", fails: "✗", unchecked: "?", closed: "–", computed: "=" };
const TONES = { holds: "ok", fails: "danger", unchecked: "attention", closed: "neutral", computed: "neutral" };
const LONGEST = 4000;

// Characters that are not seen, or that turn the order of reading, are shown by their code.
export function plain(text) {
  const cut = String(text).slice(0, LONGEST);
  return cut.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, (c) => (c === "\n" || c === "\t" ? c : `[U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`));
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const child of children) made.append(typeof child === "string" ? document.createTextNode(plain(child)) : child);
  return made;
}

function mark(state, word = WORDS[state]) {
  const sign = element("span", { "aria-hidden": "true" }, MARKS[state]);
  return element("span", { class: "state", "data-tone": TONES[state] }, sign, ` ${word}`);
}

function facts(pairs) {
  const rows = pairs.map(([name, value]) => element("div", {}, element("dt", {}, String(name)), element("dd", {}, String(value))));
  return element("dl", { class: "values" }, ...rows);
}

function step({ state, what, detail, values }) {
  const made = element("li", { "data-state": state }, element("p", { class: "what" }, mark(state), element("span", {}, what)));
  if (detail) made.append(element("p", { class: "detail" }, detail));
  if (values?.length) made.append(facts(values));
  return made;
}

function worst(section) {
  return ["fails", "unchecked", "holds", "closed", "computed"].find((state) => section.has(state)) ?? "unchecked";
}

function block(section) {
  const state = worst(section);
  const heading = element("h3", {}, section.title);
  const summary = element("summary", {}, heading, mark(state, state === "unchecked" && section.has("holds") ? "Partly checked" : undefined));
  const steps = element("ol", { class: "steps" }, ...section.steps.map(step));
  const made = element("details", { class: "file", "data-state": state }, summary, steps);
  if (section.facts.length) made.append(facts(section.facts));
  // Of many proofs inside one dossier, those that hold stay folded; a click shows their steps.
  made.open = !section.inside || state === "fails";
  if (section.inside) made.dataset.inside = "";
  return made;
}

const count = (sections, state) => sections.reduce((n, section) => n + section.steps.filter((step) => step.state === state).length, 0);
const many = (n, one, more) => `${n} ${n === 1 ? one : more}`;

export function verdict({ sections }) {
  const [failed, open, held, closed] = ["fails", "unchecked", "holds", "closed"].map((state) => count(sections, state));
  const undisclosed = closed ? ` ${many(closed, "part was", "parts were")} not disclosed.` : "";
  if (failed) return ["danger", "The evidence does not hold", `${many(failed, "check", "checks")} failed, ${held} held. What is wrong is said below, file by file.`];
  if (open && !held) return ["attention", "Nothing was checked", "What is missing is said below."];
  if (open) return ["attention", "What was checked here holds; not everything was checked", `${many(held, "check", "checks")} held. ${many(open, "check was", "checks were")} not made here; each says what it takes.${undisclosed}`];
  return ["ok", "The evidence holds", `All ${held} checks held, with the key that you gave.${undisclosed}`];
}

export function show(target, outcome) {
  const [tone, title, text] = verdict(outcome);
  const when = `Checked on this computer on ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC.`;
  const box = element("div", { class: "verdict", "data-tone": tone }, element("h2", { id: "verdict", tabindex: "-1" }, title), element("p", {}, text), element("p", { class: "quiet" }, when));
  target.replaceChildren(box, ...outcome.sections.map(block));
  return box.querySelector("h2");
}

export function problem(target, text) {
  const box = element("div", { class: "verdict", "data-tone": "attention" }, element("h2", { id: "verdict", tabindex: "-1" }, "Nothing was checked"), element("p", {}, text));
  target.replaceChildren(box);
  return box.querySelector("h2");
}
