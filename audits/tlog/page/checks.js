import { Wrong, hex, same, sha256, toText, utf8 } from "./bytes.js";
import { checkParts, namesOf, parseProof } from "./evidence.js";
import { checkSignatures, keysOf, othersTool, parseCheckpoint, parseVkey } from "./note.js";
import { checkGrowth, leafHash, rootBefore, rootFromPath } from "./tree.js";

// The checks that every kind of evidence is made of.
const SHOWN = 2000;

function shown(bytes) {
  let text;
  try {
    text = toText(bytes, "");
  } catch {
    return `${bytes.length} bytes that are no text`;
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}

// The key that signatures are checked with: the reader's, else the one that came along, which proves nothing
// by itself and is said to be so.
export async function chooseKey(section, given, claimed, where) {
  if (given) return given;
  let key = null;
  const read = await section.check("A log key came with the file", async () => {
    key = await parseVkey(claimed);
    return [where];
  });
  if (read) {
    const advice = "A key that travels with a proof proves nothing: paste above the key that you got another way.";
    section.add("unchecked", "The key is the log's", advice, [["Key used", key.line]]);
  }
  return key;
}

export async function checkSignature(section, checkpoint, key) {
  if (!key) {
    section.add("unchecked", "The log signed the checkpoint", "Paste the log's key above.");
    return false;
  }
  let others = [];
  const good = await section.check("The log signed the checkpoint", async () => {
    const found = await checkSignatures(checkpoint, key);
    ({ others } = found);
    return [`With the key of ${key.name}; checked by ${found.by}.`];
  });
  for (const each of others) section.add("unchecked", `Signature of ${each.name}`, othersTool(each));
  if (checkpoint.extensions) section.add("unchecked", "Extension lines of the checkpoint");
  return good;
}

async function checkClaims(section, { bundle, proof, key }) {
  return section.check("The file names its log, key and entry as its proof does", async () => {
    const claimed = await parseVkey(bundle.vkey);
    if (key && !keysOf(key).some(({ line }) => line === claimed.line)) throw new Wrong("it names another key", [["Your key", key.line], ["Named", claimed.line]]);
    if (bundle.log !== claimed.name) throw new Wrong(`it names the log ${bundle.log}, its key is of ${claimed.name}`);
    if (bundle.index !== proof.index) throw new Wrong(`it says entry ${bundle.index}, its proof is of entry ${proof.index}`);
    return [`Entry ${proof.index} of ${bundle.log}.`];
  });
}

async function checkPath(section, { entry, proof, checkpoint, leaf }) {
  const computed = await leafHash(entry);
  const values = [["Entry", shown(entry)], ["Leaf hash", hex(computed)]];
  if (leaf) {
    await section.check("The entry has the leaf hash that contents.json names", async () => {
      if (hex(computed) !== leaf) throw new Wrong("it has another", [["Named", String(leaf)], ["Found", hex(computed)]]);
      return ["", values];
    });
  } else {
    section.add("computed", "The entry's leaf hash", "SHA-256 of a zero byte and the entry.", values);
  }
  let root = null;
  const long = await section.check("The path fits the size of the tree", async () => {
    root = await rootFromPath(computed, proof.index, checkpoint.size, proof.path);
    return [`${proof.path.length} hashes lead from entry ${proof.index} to the root of ${checkpoint.size} entries.`];
  });
  if (!long) return false;
  return section.check("Leaf and path lead to the checkpoint's root", async () => {
    if (!same(root, checkpoint.root)) {
      const values = [["Checkpoint's root", hex(checkpoint.root)], ["Computed root", hex(root)]];
      throw new Wrong("they lead to another root: the entry, its place or the path was changed", values);
    }
    return ["", [["Root", hex(root)]]];
  });
}

// Of a part that is disclosed by field: each field that is shown, and that there are others.
function showFields(section, { role, fields }) {
  const open = fields.filter(({ digest }) => !digest);
  for (const field of open) {
    const name = namesOf(field).join(".");
    section.add("holds", `Disclosed field “${name}” of part “${role}” is what the entry committed to`, "", [["Disclosed", shown(field.data)]]);
  }
  const others = fields.length - open.length;
  if (others) section.add("closed", `${others} ${others === 1 ? "other field" : "other fields"} of part “${role}”`, "The entry commits to each; neither names nor values are in this file.");
}

async function checkDisclosed(section, entry, parts, gone) {
  let outcome = { found: [], closed: [] };
  const read = await checkParts(entry, parts).then((found) => (outcome = found), (error) => error);
  if (read instanceof Error) section.add("fails", "What was disclosed", read.message);
  for (const { part, wrong } of outcome.found) {
    const what = `Disclosed part “${part.role}” is what the entry committed to`;
    if (wrong) section.add("fails", what, wrong.message, wrong.values);
    else if (part.fields) showFields(section, part);
    else section.add("holds", what, `${part.data.length} bytes.`, [["Disclosed", shown(part.data)]]);
  }
  for (const role of outcome.closed) {
    if (!gone) section.add("closed", `Part “${role}”`, "The entry commits to it; it is not in this file (not disclosed, or erased).");
  }
  return !outcome.found.some(({ wrong }) => wrong) && !(read instanceof Error);
}

// One entry with its proof. Gives the checkpoint when everything about it holds, else null.
export async function checkEntry(section, { proofBytes, entry, key, bundle, parts = [], leaf, attached, gone }) {
  let [proof, checkpoint] = [null, null];
  const read = await section.check("The proof can be read", async () => {
    proof = parseProof(proofBytes);
    checkpoint = parseCheckpoint(proof.checkpoint);
    return [`Of a checkpoint of ${checkpoint.size} entries of ${checkpoint.origin}.`];
  });
  if (!read) return null;
  const claims = !bundle || (await checkClaims(section, { bundle, proof, key }));
  const path = await checkPath(section, { entry, proof, checkpoint, leaf });
  const signed = await checkSignature(section, checkpoint, key);
  const reached = !attached || (await checkAttached(section, checkpoint, attached));
  const disclosed = await checkDisclosed(section, entry, parts, gone);
  if (!(claims && path && signed && reached && disclosed)) return null;
  return { ...checkpoint, befores: [{ size: proof.index, root: await rootBefore(proof.index, checkpoint.size, proof.path) }] };
}

function checkAttached(section, checkpoint, attached) {
  return section.check("The proof leads to the attached checkpoint", async () => {
    if (!same(checkpoint.bytes, attached)) throw new Wrong("it leads to another checkpoint");
    return [];
  });
}

// That the log of a proof begins with the log of an older checkpoint, which came along.
export async function checkSince(section, { since, key, checkpoint }) {
  const good = await section.check("The log begins with that of the older checkpoint in the file", async () => {
    const older = parseCheckpoint(utf8(since.checkpoint), "the older checkpoint");
    await checkSignatures(older, key);
    await checkGrowth(older, checkpoint, since.path);
    checkpoint.befores.push(older);
    return [`Its ${older.size} entries are the first of these ${checkpoint.size}, unchanged.`];
  });
  return good ? checkpoint : null;
}

export async function digest(bytes) {
  return hex(await sha256(bytes));
}
