// Draws a chart from the <table data-chart="line|bar"> of a figure. The table is the content: it stays, moved
// into a <details> under the drawing. Head cells name the series; a cell's data-value wins over its text.
// On the table: data-unit, data-threshold, data-threshold-label, data-reference-from, data-reference-to,
// data-reference-label, data-summary (words of the details). A first cell with <time> makes a time axis (UTC).

const DAY = 86400;
const COUNTS = [1, 2, 5].flatMap((n) => Array.from({ length: 10 }, (_, i) => n * 10 ** i)).sort((a, b) => a - b);
const lang = document.documentElement.lang || "en";

function value(cell) {
  const raw = cell.dataset.value ?? cell.textContent.trim().replace(/[^\d.,eE+-]/g, "").replace(/,/g, "");
  return raw === "" ? null : Number(raw);
}

function seconds(iso) {
  return iso ? Date.parse(iso.length === 10 ? `${iso}T00:00:00Z` : iso) / 1000 : null;
}

function readTable(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  const firsts = rows.map((row) => row.cells[0]);
  const times = firsts.map((cell) => cell.querySelector("time")?.dateTime);
  const isTime = times.length > 0 && times.every(Boolean);
  const names = firsts.map((cell) => cell.textContent.trim());
  const columns = heads.slice(1).map((_, i) => rows.map((row) => value(row.cells[i + 1])));
  let order = rows.map((_, i) => i);
  const xs = isTime ? times.map(seconds) : order;
  if (isTime) order = [...order].sort((a, b) => xs[a] - xs[b]);
  const pick = (list) => order.map((i) => list[i]);
  return { heads, isTime, names: pick(names), data: [pick(xs), ...columns.map(pick)] };
}

// light-dark() is only resolved in a computed colour, so a probe element is asked.
function palette(box) {
  const probe = document.createElement("i");
  probe.hidden = true;
  box.append(probe);
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    ink: colour("--ink"), quiet: colour("--ink-quiet"), line: colour("--line"),
    shade: colour("--paper-sunken"), paper: colour("--paper"), limit: colour("--ds-color-danger-text-subtle"),
    series: [colour("--accent"), colour("--ink"), colour("--ink-quiet"), colour("--line-control")],
  };
  probe.remove();
  return found;
}

const number = (unit) => {
  const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  return (v) => (v == null ? "" : `${format.format(v)}${unit ? ` ${unit}` : ""}`);
};

function day(at, withYear) {
  const shape = { day: "numeric", month: "short", timeZone: "UTC" };
  if (withYear) shape.year = "numeric";
  // As the server writes it: "Sep", not "Sept".
  return new Intl.DateTimeFormat("en-GB", shape).format(new Date(at * 1000)).replace("Sept", "Sep");
}

// What is drawn under the series (reference period) and over it (threshold, names at the ends of the lines).
function marks(set, table, colours) {
  const { threshold, thresholdLabel, referenceFrom, referenceTo, referenceLabel } = table.dataset;
  const font = () => `${13 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
  const under = (u) => {
    const [from, to] = [seconds(referenceFrom), seconds(referenceTo)];
    if (from == null || to == null) return;
    const left = Math.max(u.valToPos(from, "x", true), u.bbox.left);
    const right = Math.min(u.valToPos(to, "x", true), u.bbox.left + u.bbox.width);
    u.ctx.fillStyle = colours.shade;
    u.ctx.fillRect(left, u.bbox.top, Math.max(right - left, 0), u.bbox.height);
  };
  const write = (ctx, words, x, y, colour, back) => {
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    ctx.fillStyle = back;
    ctx.fillRect(x - 2, y - 12 * devicePixelRatio, ctx.measureText(words).width + 4, 16 * devicePixelRatio);
    ctx.fillStyle = colour;
    ctx.fillText(words, x, y);
  };
  const over = (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.font = font();
    if (referenceFrom && referenceLabel) {
      const left = Math.max(u.valToPos(seconds(referenceFrom), "x", true), bbox.left);
      write(ctx, referenceLabel, left + 6, bbox.top + 16 * devicePixelRatio, colours.quiet, colours.shade);
    }
    if (threshold != null) {
      const y = Math.round(u.valToPos(Number(threshold), "y", true)) + 0.5;
      ctx.strokeStyle = colours.limit;
      ctx.setLineDash([6, 4]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      const right = bbox.left + bbox.width - ctx.measureText(thresholdLabel ?? threshold).width - 6;
      write(ctx, thresholdLabel ?? threshold, right, y + 16 * devicePixelRatio, colours.limit, colours.paper);
    }
    if (set.heads.length > 2) {
      ctx.textAlign = "right";
      ctx.textBaseline = "alphabetic";
      const names = set.heads.slice(1).flatMap((name, i) => {
        const last = set.data[i + 1].findLastIndex((v) => v != null);
        if (last < 0) return [];
        return [{ name, i, x: u.valToPos(set.data[0][last], "x", true) - 4, y: u.valToPos(set.data[i + 1][last], "y", true) - 8 }];
      });
      // Lines that end close together: their names are pushed up, one above the other.
      const line = 16 * devicePixelRatio;
      names.sort((a, b) => b.y - a.y).reduce((below, label) => (label.y = Math.min(label.y, below - line)), Infinity);
      for (const { name, i, x, y } of names) {
        const wide = ctx.measureText(name).width;
        ctx.fillStyle = colours.paper;
        ctx.fillRect(x - wide - 2, y - 12 * devicePixelRatio, wide + 4, 15 * devicePixelRatio);
        ctx.fillStyle = colours.series[i % 4];
        ctx.fillText(name, x, y);
      }
    }
    ctx.restore();
  };
  return { drawClear: [under], draw: [over] };
}

// Names of bars that would lie on each other are turned, and shortened so that they fit below.
const TURNED = 64;
const height = (turned) => (turned ? 216 + TURNED : 216);
const short = (name, turned) => (turned && name.length > 15 ? `${name.slice(0, 6)}…${name.slice(-8)}` : name);

function crowded(names, room) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "13px Inter, system-ui, sans-serif";
  return names.some((name) => pen.measureText(name).width > room - 8);
}

// A value between gaps makes no line: it is drawn as a point.
const alone = (values) => values.flatMap((v, i) => (v != null && values[i - 1] == null && values[i + 1] == null ? [i] : []));

// One day alone stands in the middle, with a day of room on both sides (uPlot would make it years).
export const days = ([only, ...more]) => (_u, min, max) => (more.length ? [min, max] : [only - DAY, only + DAY]);

function options(set, table, colours, reading) {
  const print = number(table.dataset.unit);
  const bars = table.dataset.chart === "bar";
  const label = (i) => (set.isTime ? day(set.data[0][i], true) : set.names[i]);
  const width = reading.parentElement.clientWidth;
  const turned = !set.isTime && crowded(set.names, (width - 64) / set.names.length);
  const axis = { stroke: colours.quiet, font: "13px Inter, system-ui, sans-serif", ticks: { show: false }, gap: 8 };
  const whole = set.data.slice(1).flat().every((v) => v == null || Number.isInteger(v));
  const limit = table.dataset.threshold == null ? -Infinity : Number(table.dataset.threshold);
  return {
    width,
    height: height(turned),
    legend: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "UTC"),
    scales: {
      x: { time: set.isTime, range: set.isTime ? days(set.data[0]) : bars ? (_u, min, max) => [min - 0.6, max + 0.6] : undefined },
      y: { range: (_u, min, max) => uPlot.rangeNum(Math.min(min ?? 0, 0), Math.max(max ?? 1, limit), 0.12, true) },
    },
    series: [{}, ...set.heads.slice(1).map((name, i) => ({
      label: name,
      stroke: colours.series[i % 4],
      width: bars ? 0 : 1.5,
      dash: i > 1 ? [4, 3] : undefined,
      fill: bars ? colours.series[i % 4] : undefined,
      points: { show: !bars, size: 6, fill: colours.series[i % 4], filter: (_u, at) => alone(set.data[at]) },
      paths: bars ? uPlot.paths.bars({ size: [0.62, 40] }) : undefined,
    }))],
    axes: [
      { ...axis, grid: { show: false }, space: set.isTime ? 72 : 48,
        splits: set.isTime ? undefined : () => set.data[0],
        size: turned ? 32 + TURNED : 32,
        rotate: turned ? 45 : 0,
        incrs: set.isTime ? [DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 365 * DAY] : undefined,
        values: (_u, at) => at.map((v) => (set.isTime ? day(v) : short(set.names[v] ?? "", turned))) },
      { ...axis, grid: { stroke: colours.line, width: 1 }, size: 64, incrs: whole ? COUNTS : undefined, values: (_u, at) => at.map(print) },
    ],
    cursor: { y: false, points: { size: 6 } },
    hooks: {
      ...marks(set, table, colours),
      setCursor: [(u) => {
        const i = u.cursor.idx;
        reading.textContent = i == null ? "" : [label(i), ...set.heads.slice(1).map((h, s) => `${h} ${print(set.data[s + 1][i])}`)].join(" · ");
      }],
    },
  };
}

function fold(table) {
  const details = document.createElement("details");
  details.className = "ds-details";
  const summary = document.createElement("summary");
  summary.textContent = table.dataset.summary ?? "The numbers";
  const box = document.createElement("div");
  box.className = "chart-data";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", summary.textContent);
  details.append(summary, box);
  table.before(details);
  box.append(table);
  return details;
}

function draw(table) {
  const set = readTable(table);
  if (!set.data[0].length || set.heads.length < 2) return;
  table.dataset.drawn = "";
  const caption = table.closest("figure")?.querySelector("figcaption");
  const box = document.createElement("div");
  box.className = "chart-drawing";
  const canvas = document.createElement("div");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", caption?.textContent.trim() ?? set.heads.join(", "));
  const reading = document.createElement("div");
  reading.className = "chart-reading";
  reading.setAttribute("aria-hidden", "true");
  box.append(canvas, reading);
  fold(table).before(box);
  let plot;
  const again = () => {
    plot?.destroy();
    plot = new uPlot(options(set, table, palette(box), reading), set.data, canvas);
  };
  again();
  new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: plot.height })).observe(box);
  document.addEventListener("probatum:theme", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
}

function drawAll(root) {
  for (const table of root.querySelectorAll("table[data-chart]:not([data-drawn])")) draw(table);
}

document.fonts.ready.then(() => drawAll(document));
document.addEventListener("htmx:load", (event) => drawAll(event.target));
