import { Wrong, fromBase64, hex, join, same, sha256, toNumber, toText, utf8 } from "./bytes.js";
import { isPublicKey, verifySignature } from "./ed25519.js";

// Signed notes, keys and checkpoints: c2sp.org/signed-note, tlog-checkpoint.
const MAX_NOTE = 1 << 20;
const MAX_SIGNATURES = 100;
const COSIGNATURE = 8 + 64;
const LATEST = 253402300799n;
const ML_DSA_44 = 8 + 2420;
const NAME = /^[^\s+]+$/u;

function noteText(bytes, what) {
  if (bytes.length > MAX_NOTE) throw new Wrong(`${what} is longer than a note may be`);
  const text = toText(bytes, what);
  // Control characters but LF: what is seen must be what is signed.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new Wrong(`${what} holds a control character`);
  return text;
}

function parseSignature(line) {
  const found = /^\u2014 (\S+) (\S+)$/u.exec(line);
  if (!found || !NAME.test(found[1])) throw new Wrong("a signature line cannot be read");
  const bytes = fromBase64(found[2], `the signature of ${found[1]}`);
  if (bytes.length <= 4) throw new Wrong(`the signature of ${found[1]} is too short to be one`);
  return { name: found[1], id: bytes.slice(0, 4), value: bytes.slice(4) };
}

export function parseNote(bytes, what) {
  const body = noteText(bytes, what);
  const cut = body.lastIndexOf("\n\n");
  if (cut < 0 || !body.endsWith("\n")) throw new Wrong(`${what} is no signed note`);
  const lines = body.slice(cut + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new Wrong(`${what} has too many signatures`);
  return { text: body.slice(0, cut + 1), signatures: lines.map(parseSignature) };
}

export function parseCheckpoint(bytes, what = "the checkpoint") {
  const note = parseNote(bytes, what);
  const lines = note.text.slice(0, -1).split("\n");
  const [origin, size, root] = lines;
  if (lines.length < 3 || lines.includes("")) throw new Wrong(`${what} has no origin, size and root`);
  const found = { origin, size: toNumber(size, "the size"), root: fromBase64(root, "the root"), note, bytes };
  if (found.root.length !== 32) throw new Wrong(`${what} has a root of ${found.root.length} bytes`);
  return { ...found, extensions: lines.length - 3 };
}

export const LOG_KEY = 1;
export const WITNESS_KEY = 4;
export const ML_DSA_KEY = 6;

// All keys of the log that are trusted: it keeps its name when its key is changed.
export function keysOf(key) {
  return [key, ...(key.trusted ?? []).filter(({ kind, name }) => kind === LOG_KEY && name === key.name)];
}

export async function parseVkey(text, kinds = [LOG_KEY]) {
  const line = text.trim();
  const first = line.indexOf("+");
  const second = line.indexOf("+", first + 1);
  const [name, id] = [line.slice(0, first), line.slice(first + 1, second)];
  if (first < 1 || second < 0 || !NAME.test(name)) throw new Wrong("this is no log key (NAME+ID+KEY)");
  const full = fromBase64(line.slice(second + 1), "the log key");
  if (!kinds.includes(full[0])) throw new Wrong("only Ed25519 log keys can be used here");
  if (full[0] !== ML_DSA_KEY && !isPublicKey(full.slice(1))) throw new Wrong("the log key is no safe Ed25519 key");
  const keyId = (await sha256(join(utf8(`${name}\n`), full))).slice(0, 4);
  if (hex(keyId) !== id) throw new Wrong("the log key was copied with a mistake: its id is not that of its bytes");
  return { name, id: keyId, kind: full[0], public: full.slice(1), line };
}

// What the log's key says of the checkpoint, and the signatures that nobody gave a key for.
export async function checkSignatures(checkpoint, key) {
  const mine = ({ name, id }) => keysOf(key).find((known) => name === known.name && same(id, known.id));
  const ours = checkpoint.note.signatures.filter(mine);
  let by = "";
  for (const each of ours) {
    const found = await verifySignature(mine(each).public, utf8(checkpoint.note.text), each.value);
    if (!found.good) throw new Wrong("the signature does not match the text: one of them was changed");
    by = found.by;
  }
  if (!ours.length) throw new Wrong(`it is not signed with the key ${keysOf(key).map(({ name, id }) => `${name}+${hex(id)}`).join(" or ")}`);
  if (checkpoint.origin !== key.name) throw new Wrong(`it is of the log ${checkpoint.origin}, the key is of ${key.name}`);
  return { by, others: checkpoint.note.signatures.filter((each) => !mine(each)) };
}

// When a witness saw the checkpoint, in Unix seconds; Wrong when its signature is not good.
export async function checkCosignature(checkpoint, { value }, witness) {
  const at = value.length === COSIGNATURE ? new DataView(value.buffer, value.byteOffset).getBigUint64(0) : LATEST + 1n;
  const text = utf8(`cosignature/v1\ntime ${at}\n${checkpoint.note.text}`);
  const found = at > LATEST ? { good: false } : await verifySignature(witness.public, text, value.slice(8));
  if (!found.good) throw new Wrong("the cosignature does not match the text: one of them was changed");
  return at;
}

export function othersTool({ value }) {
  if (value.length === ML_DSA_44) return "by its length an ML-DSA-44 cosignature: tlog-scales (PyPI) checks it";
  return "the key of whoever signed is needed: verifier.pyz checks it with --witness KEY";
}
