import { MIB, Wrong, hex, same } from "./bytes.js";
import { checkEntry, checkSignature, digest } from "./checks.js";
import { checkBundle, checkDossier } from "./dossier.js";
import { BUNDLE_FORMATS, PROOF_HEADER, parseProof } from "./evidence.js";
import { own, parseJson } from "./json.js";
import { LOG_KEY, ML_DSA_KEY, WITNESS_KEY, parseCheckpoint, parseVkey } from "./note.js";
import { isPdf } from "./pdf.js";
import { Section } from "./section.js";
import { leafHash, rootFromPath } from "./tree.js";

// What was dropped: what each file is, what holds of it, and whether the files contradict each other.
const MAX_FILE = 128 * MIB;
const MAX_DROPPED = 200;

function kindOf(bytes) {
  const start = new TextDecoder().decode(bytes.subarray(0, 4096));
  if (isPdf(bytes)) return "dossier";
  if (start.startsWith(`${PROOF_HEADER}\n`)) return "receipt";
  if (start.includes("\n\n\u2014 ")) return "checkpoint";
  if (/^(?:[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*\s*)+$/.test(start)) return "key";
  if (start.trimStart().startsWith("{") && isBundle(bytes)) return "bundle";
  return "entry";
}

function isBundle(bytes) {
  try {
    return BUNDLE_FORMATS.includes(own(parseJson(bytes, ""), "format"));
  } catch {
    // A bundle that was damaged is still meant as one.
    const start = new TextDecoder().decode(bytes.subarray(0, 200));
    return BUNDLE_FORMATS.some((format) => start.includes(format));
  }
}

async function readAll(files) {
  if (files.length > MAX_DROPPED) throw new Wrong(`at most ${MAX_DROPPED} files at a time`);
  const read = [];
  for (const file of files) {
    if (file.size > MAX_FILE) throw new Wrong(`${file.name} is larger than ${MAX_FILE / MIB} MiB`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    read.push({ name: file.name, bytes, kind: kindOf(bytes) });
  }
  return read;
}

const linesOf = (text) => text.split("\n").filter((line) => line.trim());

// The keys that the reader pasted, else those in a key file among the files: the log's first. Below it may stand
// further keys of the log, those of the meta-log and of witnesses, one in a line: they are trusted too.
async function givenKey(pasted, files) {
  const kept = files.filter(({ kind }) => kind === "key").map(({ bytes }) => linesOf(new TextDecoder().decode(bytes)));
  const [lines = [], ...others] = [linesOf(pasted), ...kept].filter(({ length }) => length);
  const all = await Promise.all(lines.map((line) => parseVkey(line, [LOG_KEY, WITNESS_KEY, ML_DSA_KEY])));
  const known = new Set(all.map(({ line }) => line));
  if (others.some((other) => !other.some((line) => known.has(line.trim())))) throw new Wrong("two different log keys were given");
  const [first, ...trusted] = all.filter(({ kind }) => kind !== ML_DSA_KEY);
  if (all.length && first?.kind !== LOG_KEY) throw new Wrong("the first key has to be the log's, an Ed25519 key");
  return first ? { ...first, trusted } : null;
}

async function fits(entry, bytes) {
  try {
    const proof = parseProof(bytes);
    const checkpoint = parseCheckpoint(proof.checkpoint);
    return same(await rootFromPath(await leafHash(entry), proof.index, checkpoint.size, proof.path), checkpoint.root);
  } catch {
    return false;
  }
}

// A receipt says nothing of an entry by itself: the entry's file comes beside it.
async function checkReceipt(file, entries, key) {
  const section = new Section(file.name);
  let fitting = entries.length === 1 ? entries[0] : undefined;
  for (const each of entries) if (await fits(each.bytes, file.bytes)) fitting = each;
  if (!fitting) {
    const advice = entries.length ? "None of the other files is its entry." : "Add the file of the entry that it is about.";
    section.add("unchecked", "The receipt proves an entry", advice);
    return { section, checkpoint: null };
  }
  fitting.used = true;
  section.facts.push(["Entry", fitting.name]);
  return { section, checkpoint: await checkEntry(section, { proofBytes: file.bytes, entry: fitting.bytes, key }) };
}

async function checkNote(file, key) {
  const section = new Section(file.name);
  let checkpoint = null;
  await section.check("The checkpoint can be read", async () => {
    checkpoint = parseCheckpoint(file.bytes);
    return [`${checkpoint.size} entries of ${checkpoint.origin}.`, [["Root", hex(checkpoint.root)]]];
  });
  const signed = checkpoint && (await checkSignature(section, checkpoint, key));
  return { section, checkpoint: signed ? checkpoint : null };
}

// What two signed checkpoints of one log say of each other; null when that takes the log itself.
function agree(one, other) {
  const [older, newer] = one.size <= other.size ? [one, other] : [other, one];
  if (older.size === newer.size) return same(older.root, newer.root);
  const before = newer.befores?.find(({ size, root }) => root && size === older.size);
  return before ? same(before.root, older.root) : null;
}

// Signed checkpoints of one log against each other.
function compare(checkpoints) {
  const section = new Section("The checkpoints against each other");
  for (const [at, { where, checkpoint }] of checkpoints.entries()) {
    const others = checkpoints.slice(0, at).filter((each) => each.checkpoint.origin === checkpoint.origin);
    const what = `${where}: ${checkpoint.size} entries`;
    const liar = others.find((each) => agree(checkpoint, each.checkpoint) === false);
    const friend = others.find((each) => agree(checkpoint, each.checkpoint));
    if (liar) {
      const values = [["Root", hex(checkpoint.root)], [liar.where, hex(liar.checkpoint.root)]];
      section.add("fails", what, "The log has signed two histories. Keep both files: they prove it.", values);
    } else if (friend) {
      section.add("holds", what, `One history with the ${friend.checkpoint.size} entries of ${friend.where}.`);
    } else if (others.length) {
      section.add("unchecked", what, "That it is one history with the others takes the log: verifier.pyz verify OLD NEW --log LOG.");
    }
  }
  return section;
}

async function one(file, key, entries, bundles) {
  if (file.kind === "dossier") return checkDossier(file, key, bundles);
  if (file.kind === "bundle") return file.outcome;
  if (file.kind === "receipt") return checkReceipt(file, entries, key);
  return checkNote(file, key);
}

// Gives the sections to show, in the order of the files.
export async function examine(dropped, pasted, progress) {
  const files = await readAll(dropped);
  const key = await givenKey(pasted, files);
  const entries = files.filter(({ kind }) => kind === "entry");
  const sections = [];
  const checkpoints = [];
  for (const file of files.filter(({ kind }) => kind === "bundle")) file.outcome = await checkBundle(file.name, file.bytes, key);
  const bundles = files.map(({ outcome }) => outcome).filter((outcome) => outcome?.bundle);
  for (const file of files.filter(({ kind }) => kind !== "entry" && kind !== "key")) {
    progress(file.name);
    const found = await one(file, key, entries, bundles);
    if (found.checkpoint) checkpoints.push({ where: file.name, checkpoint: found.checkpoint });
    checkpoints.push(...(found.checkpoints ?? []));
    const made = found.sections ?? [found.section];
    if (file.kind !== "dossier") made[0].facts.push(["SHA-256 of the file", await digest(file.bytes)]);
    sections.push(...made);
  }
  const together = compare(checkpoints);
  if (together.steps.length) sections.push(together);
  for (const { name } of entries.filter(({ used }) => !used)) {
    const section = new Section(name);
    section.add("unchecked", "Nothing was checked", "It is no dossier, proof, checkpoint or key that this page knows.");
    sections.push(section);
  }
  return { sections, key };
}
