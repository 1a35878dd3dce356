import { Wrong, fromBase64, hex, join, sha256, toNumber, toText, utf8 } from "./bytes.js";
import { isObject, own, parseJson } from "./json.js";

// The product's files: receipts (c2sp.org/tlog-proof), event bundles, and what an entry commits to.
export const PROOF_HEADER = "c2sp.org/tlog-proof@v1";
// The second one has parts that are disclosed by field.
export const BUNDLE_FORMATS = ["probatum-event-bundle-v1", "probatum-event-bundle-v2"];
export const CONTENTS_FORMAT = "probatum-dossier-v1";
const COMMITMENT = utf8("probatum-payload-v1\0");
const FIELD = utf8("probatum-field-v1\0");
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

// A field that is disclosed, or the digest of one that is not.
function readField(field) {
  if (typeof field !== "string") return { salt: fromBase64(textOf(field, "salt"), "a salt"), data: fromBase64(textOf(field, "data"), "a field") };
  const digest = fromBase64(field, "a field's digest");
  if (digest.length !== 32) throw new Wrong("a field's digest has not 32 bytes");
  return { digest };
}

function readPart(part) {
  const [role, salt, fields] = [textOf(part, "role"), fromBase64(textOf(part, "salt"), "a salt"), own(part, "fields")];
  if (fields === undefined) return { role, salt, data: fromBase64(textOf(part, "data"), "a part") };
  if (!Array.isArray(fields) || !fields.length) throw new Wrong(`part ${role} has no list of fields`);
  return { role, salt, fields: fields.map(readField) };
}

function readParts(document) {
  const parts = own(document, "parts") ?? [];
  if (!Array.isArray(parts)) throw new Wrong('the bundle has no list under "parts"');
  return parts.map(readPart);
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
  if (!BUNDLE_FORMATS.includes(textOf(document, "format"))) throw new Wrong("this is no event bundle");
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

// The names that lead to a field: all of the array but its last member, the value.
export function namesOf(field) {
  const named = parseJson(field.data, "a field");
  const names = Array.isArray(named) ? named.slice(0, -1) : [];
  if (!names.length || !names.every((each) => typeof each === "string")) throw new Wrong("a disclosed field has no name and value");
  return names;
}

async function joinedDigests(fields) {
  const digests = [];
  const names = new Set();
  for (const { salt, data, digest } of fields) {
    if (digest) {
      digests.push(digest);
      continue;
    }
    if (salt.length !== 32) throw new Wrong(`a field's salt has ${salt.length} bytes, a salt has 32`);
    const name = JSON.stringify(namesOf({ data }));
    if (names.has(name)) throw new Wrong(`it has the field ${name} twice`);
    names.add(name);
    digests.push(await sha256(FIELD, salt, data));
  }
  return join(...digests.sort((a, b) => (hex(a) < hex(b) ? -1 : 1)));
}

async function checkPart(part, named) {
  const byField = own(named, "by") === "field";
  if (byField !== Boolean(part.fields) || (own(named, "by") ?? "field") !== "field") {
    throw new Wrong("it is disclosed in another way than the entry commits to it");
  }
  const data = byField ? await joinedDigests(part.fields) : part.data;
  if (own(named, "len") !== data.length) {
    throw new Wrong(`it has ${data.length} bytes, the entry says ${own(named, "len")}`);
  }
  if (part.salt.length !== 32) throw new Wrong(`its salt has ${part.salt.length} bytes, a salt has 32`);
  const computed = hex(await sha256(COMMITMENT, part.salt, data));
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
