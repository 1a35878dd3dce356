import { Wrong, fromBase64, hex, sha256, toNumber, toText, utf8 } from "./bytes.js";
import { isObject, own, parseJson } from "./json.js";

// The product's files: receipts (c2sp.org/tlog-proof), event bundles, and what an entry commits to.
export const PROOF_HEADER = "c2sp.org/tlog-proof@v1";
export const BUNDLE_FORMAT = "probatum-event-bundle-v1";
export const CONTENTS_FORMAT = "probatum-dossier-v1";
const COMMITMENT = utf8("probatum-payload-v1\0");
const KEYS = ["format", "log", "vkey", "index", "entry", "proof", "parts", "anchor", "since", "erased", "rotations"];

export function parseProof(bytes, what = "the proof") {
  const text = toText(bytes, what);
  const cut = text.indexOf("\n\n");
  const lines = text.slice(0, cut).split("\n");
  if (cut < 0 || lines.shift() !== PROOF_HEADER) throw new Wrong(`${what} is no tlog-proof@v1 file`);
  if (lines[0]?.startsWith("extra ")) fromBase64(lines.shift().slice(6), "the extra line");
  const first = lines.shift() ?? "";
  if (!first.startsWith("index ")) throw new Wrong(`${what} names no index`);
  const path = lines.map((line, at) => fromBase64(line, `hash ${at} of the path`));
  if (path.some((each) => each.length !== 32)) throw new Wrong(`${what} has a hash that is not 32 bytes long`);
  return { index: toNumber(first.slice(6), "the index"), path, checkpoint: utf8(text.slice(cut + 2)) };
}

function textOf(document, key) {
  const value = own(document, key);
  if (typeof value !== "string") throw new Wrong(`the bundle has no text under "${key}"`);
  return value;
}

function readSince(since) {
  if (since === undefined) return null;
  const path = own(since, "path");
  if (!Array.isArray(path)) throw new Wrong('the bundle has no list of hashes under "since"');
  return { checkpoint: textOf(since, "checkpoint"), path: path.map((each) => fromBase64(each, "a hash")) };
}

function readParts(document) {
  const parts = own(document, "parts") ?? [];
  if (!Array.isArray(parts)) throw new Wrong('the bundle has no list under "parts"');
  return parts.map((part) => ({
    role: textOf(part, "role"),
    salt: fromBase64(textOf(part, "salt"), "a salt"),
    data: fromBase64(textOf(part, "data"), "a part"),
  }));
}

function readIndex(document) {
  const index = own(document, "index");
  if (!Number.isSafeInteger(index) || index < 0) throw new Wrong('the bundle has no entry number under "index"');
  return index;
}

function readProven(document) {
  return {
    index: readIndex(document),
    entry: fromBase64(textOf(document, "entry"), "the entry"),
    proof: utf8(textOf(document, "proof")),
    parts: readParts(document),
  };
}

export function parseBundle(document) {
  if (textOf(document, "format") !== BUNDLE_FORMAT) throw new Wrong("this is no event bundle");
  const surplus = Object.keys(document).filter((key) => !KEYS.includes(key));
  if (surplus.length) throw new Wrong(`the bundle has unknown keys: ${surplus.join(", ")}`);
  const erased = own(document, "erased");
  return {
    log: textOf(document, "log"),
    vkey: textOf(document, "vkey"),
    ...readProven(document),
    anchor: own(document, "anchor"),
    since: readSince(own(document, "since")),
    erased: erased === undefined ? null : readProven(erased),
    rotations: own(document, "rotations") ?? [],
  };
}

function commitments(entry) {
  const listed = own(parseJson(entry, "the entry"), "pay") ?? [];
  if (!Array.isArray(listed) || !listed.every(isObject)) throw new Wrong("the entry has no list of commitments");
  return [...listed];
}

async function checkPart(part, named) {
  if (own(named, "len") !== part.data.length) {
    throw new Wrong(`it has ${part.data.length} bytes, the entry says ${own(named, "len")}`);
  }
  if (part.salt.length !== 32) throw new Wrong(`its salt has ${part.salt.length} bytes, a salt has 32`);
  const computed = hex(await sha256(COMMITMENT, part.salt, part.data));
  if (own(named, "com") !== computed) {
    throw new Wrong("it is not what the entry committed to", [["Committed", String(own(named, "com"))], ["Found", computed]]);
  }
}

// Each disclosed part against the entry's commitments, each of which is used once at most.
export async function checkParts(entry, parts) {
  const left = parts.length ? commitments(entry) : tolerated(entry);
  const found = [];
  for (const part of parts) {
    const at = left.findIndex((named) => own(named, "role") === part.role);
    let wrong = at < 0 ? new Wrong("the entry commits to no (other) part of this name") : null;
    if (at >= 0) {
      const [named] = left.splice(at, 1);
      wrong = await checkPart(part, named).then(() => null, (error) => error);
    }
    found.push({ part, wrong });
  }
  return { found, closed: left.map((named) => String(own(named, "role"))) };
}

// An entry that other software made need not commit to anything.
function tolerated(entry) {
  try {
    return commitments(entry);
  } catch {
    return [];
  }
}
