// The proof panel's check, made in the reader's browser: nothing here trusts what the page printed.
// Leaf and nodes: RFC 6962 section 2.1. Path: RFC 9162 section 2.1.3.2. Checkpoint and signature: C2SP
// tlog-checkpoint and signed-note. Proof file: C2SP tlog-proof. Parts: SHA-256 of a prefix, salt and bytes.
// What is read is the event bundle (probatum-event-bundle-v1, or -v2 with parts by field): entry, proof file and
// the disclosed parts.

const text = new TextEncoder();
const COMMITMENT = text.encode("probatum-payload-v1\0");
const FIELD = text.encode("probatum-field-v1\0");

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const same = (a, b) => hex(a) === hex(b);

export function base64(value) {
  return Uint8Array.from(atob(value), (c) => c.charCodeAt(0));
}

function join(...pieces) {
  const whole = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function sha256(...pieces) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...pieces)));
}

export const leafHash = (entry) => sha256([0], entry);
const nodeHash = (left, right) => sha256([1], left, right);

export function parseProof(file) {
  const cut = file.indexOf("\n\n");
  if (cut < 0) throw new Error("the proof file has no checkpoint");
  const lines = file.slice(0, cut).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("this is not a tlog-proof@v1 file");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? "");
  if (!index) throw new Error("the proof file names no index");
  return { index: Number(index[1]), path: lines.map(base64), checkpoint: file.slice(cut + 2) };
}

export function parseCheckpoint(note) {
  const cut = note.indexOf("\n\n");
  const signed = note.slice(0, cut + 1);
  const [origin, size, root] = signed.split("\n");
  if (cut < 0 || !/^(0|[1-9]\d*)$/.test(size ?? "")) throw new Error("the checkpoint cannot be read");
  const signatures = note.slice(cut + 2).split("\n").filter(Boolean).map((line) => {
    const found = /^\u2014 (\S+) (\S+)$/.exec(line);
    if (!found) throw new Error("a signature line cannot be read");
    return { name: found[1], bytes: base64(found[2]) };
  });
  return { origin, size: Number(size), root: base64(root), signed: text.encode(signed), signatures };
}

// Node numbers go beyond 32 bits, so no bit operators: halves and parities.
export async function rootFromPath(leaf, index, size, path) {
  if (index >= size) throw new Error(`entry ${index} is not in a log of ${size}`);
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) throw new Error("the path is too long");
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new Error("the path is too short");
  return hash;
}

// Gives true, false, or null when this browser cannot check Ed25519.
export async function signatureHolds(checkpoint, vkey) {
  const [name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey).slice(1);
  const full = base64(key);
  const keyId = (await sha256(text.encode(`${name}\n`), full)).slice(0, 4);
  if (full[0] !== 1 || full.length !== 33 || hex(keyId) !== id) throw new Error("the log's key is malformed");
  const line = checkpoint.signatures.find((s) => s.name === name && same(s.bytes.slice(0, 4), keyId));
  if (!line) return false;
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", full.slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, line.bytes.slice(4), checkpoint.signed);
}

// What a part by field commits to: the digests of its fields in ascending order.
async function joinedDigests(fields) {
  const digests = [];
  for (const field of fields) {
    if (typeof field === "string") digests.push(base64(field));
    else digests.push(await sha256(FIELD, base64(field.salt), base64(field.data)));
  }
  if (digests.some((digest) => digest.length !== 32) || fields.some(({ salt }) => salt && base64(salt).length !== 32)) throw new Error("a field");
  return join(...digests.sort((a, b) => (hex(a) < hex(b) ? -1 : 1)));
}

// Parts that were erased or are hidden are not in the bundle; the entry still names their commitments.
export async function checkParts(entry, parts) {
  const left = JSON.parse(new TextDecoder().decode(entry)).pay ?? [];
  for (const part of parts) {
    const at = left.findIndex((named) => named.role === part.role);
    const [named] = at < 0 ? [] : left.splice(at, 1);
    const salt = base64(part.salt);
    const data = part.fields ? await joinedDigests(part.fields) : base64(part.data);
    const computed = hex(await sha256(COMMITMENT, salt, data));
    if ((named?.by === "field") !== Boolean(part.fields)) throw new Error(part.role);
    if (salt.length !== 32 || named?.len !== data.length || named.com !== computed) throw new Error(part.role);
  }
  return parts.map((part) => part.role);
}

export function steps(panel, bundle) {
  if (!/^probatum-event-bundle-v[12]$/.test(bundle.format)) throw new Error("this is not an event bundle");
  const entry = base64(bundle.entry);
  const proof = parseProof(bundle.proof);
  const checkpoint = parseCheckpoint(proof.checkpoint);
  let leaf;
  let root;
  return [
    ["leaf", async () => {
      leaf = await leafHash(entry);
      if (hex(leaf) !== panel.leaf) throw new Error(hex(leaf));
      return "";
    }],
    ["parts", async () => {
      const roles = await checkParts(entry, bundle.parts ?? []);
      return roles.length ? roles.join(", ") : null;
    }],
    ["path", async () => {
      root = await rootFromPath(leaf, proof.index, checkpoint.size, proof.path);
      if (!same(root, checkpoint.root)) throw new Error(hex(root));
      return "";
    }],
    ["root", async () => {
      if (checkpoint.origin !== panel.origin) throw new Error(checkpoint.origin);
      if (String(proof.index) !== panel.index) throw new Error(String(proof.index));
      return `${checkpoint.size} · ${hex(root)}`;
    }],
    ["signature", async () => {
      const holds = await signatureHolds(checkpoint, panel.vkey);
      if (holds === false) throw new Error(panel.origin);
      return holds === null ? null : "";
    }],
  ];
}

// A step turns green only after its check ran here; after one that fails, those that build on it are not run
// (nothing builds on the parts: they hang on the entry's commitments alone).
async function run(panel) {
  const verdict = panel.querySelector("[data-verdict]");
  const mark = (name, result, detail) => {
    const item = panel.querySelector(`[data-step="${name}"]`);
    const words = item.dataset[result] ?? "";
    item.dataset.result = result;
    item.querySelector(".proof-result").textContent = detail ? `${words}: ${detail}` : words;
  };
  const conclude = (tone, words) => {
    verdict.dataset.tone = tone;
    verdict.textContent = words;
  };
  for (const item of panel.querySelectorAll("[data-step]")) {
    delete item.dataset.result;
    item.querySelector(".proof-result").textContent = "";
  }
  conclude("info", `${panel.dataset.running} …`);
  let todo;
  try {
    if (!globalThis.crypto?.subtle) throw new Error("SHA-256 needs https or this machine itself");
    todo = steps(panel.dataset, await read(panel.dataset.bundle));
  } catch (error) {
    conclude("attention", `${panel.dataset.unreadable}: ${error.message}`);
    return;
  }
  let unchecked = 0;
  let broken = false;
  for (const [name, check] of todo) {
    panel.querySelector(`[data-step="${name}"]`).dataset.result = "running";
    try {
      const detail = await check();
      if (detail === null) unchecked += 1;
      mark(name, detail === null ? "unchecked" : "holds", detail);
    } catch (error) {
      mark(name, "fails", error.message);
      broken = true;
      if (name !== "parts") break;
    }
  }
  if (broken) conclude("danger", panel.dataset.fails);
  else conclude(unchecked ? "attention" : "ok", unchecked ? panel.dataset.partly : panel.dataset.holds);
}

async function read(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

if (typeof document !== "undefined") {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-verify-button]");
    if (!button) return;
    button.disabled = true;
    await run(button.closest("[data-verify]"));
    button.disabled = false;
    button.focus();
  });
}
