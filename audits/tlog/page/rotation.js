import { Wrong, fromBase64, hex, same, toNumber, utf8 } from "./bytes.js";
import { parseProof } from "./evidence.js";
import { own, parseJson } from "./json.js";
import { checkSignatures, keysOf, parseCheckpoint, parseNote, parseVkey } from "./note.js";
import { leafHash, rootFromPath } from "./tree.js";

// Rotations: the log's old key and its new one say together that one follows the other. The statement is an
// entry of the log, under a checkpoint that the old key signed.
const ROTATION_FORMAT = "probatum-key-rotation-v1";
const MOST_ROTATIONS = 1000;

function rotationText(document, key) {
  const value = own(document, key);
  if (typeof value !== "string") throw new Wrong(`a rotation has no text under "${key}"`);
  return value;
}

async function checkRotation(document) {
  if (rotationText(document, "format") !== ROTATION_FORMAT) throw new Wrong("this is no rotation");
  const entry = fromBase64(rotationText(document, "entry"), "the entry of a rotation");
  const said = parseJson(entry, "the entry of a rotation");
  const note = parseNote(utf8(rotationText(said, "note")), "the statement of a rotation");
  const [format, origin, before, after, , at, ends, ...more] = note.text.split("\n");
  if (own(said, "type") !== "key_rotated" || format !== ROTATION_FORMAT || more.length !== 1) throw new Wrong("the entry records no rotation of a key");
  const [old, next] = [await parseVkey(before), await parseVkey(after)];
  for (const key of [old, next]) await checkSignatures({ origin, note }, key);
  const proof = parseProof(utf8(rotationText(document, "proof")), "the proof of a rotation");
  const checkpoint = parseCheckpoint(proof.checkpoint, "the checkpoint of a rotation");
  await checkSignatures(checkpoint, old);
  const root = await rootFromPath(await leafHash(entry), proof.index, checkpoint.size, proof.path);
  if (!same(root, checkpoint.root)) throw new Wrong("the log does not record the rotation");
  return { index: proof.index, old, next, atOnce: toNumber(ends, "a time") <= toNumber(at, "a time") };
}

const has = (keys, { line }) => keys.some((known) => known.line === line);

// Gives the key with all those that the log's rotations lead to, from the old one to the new one and back.
export async function followRotations(section, key, documents) {
  if (!key || (Array.isArray(documents) && !documents.length)) return key;
  let left = [];
  const read = await section.check("The log's key was changed, and each step is signed by both keys and recorded in the log", async () => {
    if (!Array.isArray(documents) || documents.length > MOST_ROTATIONS) throw new Wrong("the rotations are no list of them");
    left = await Promise.all(documents.map(checkRotation));
    return [left.map(({ index, old, next }) => `Entry ${index}: from key ${hex(old.id)} to key ${hex(next.id)}.`).join(" ")];
  });
  let step = read;
  while (step) {
    const keys = keysOf(key);
    step = left.find(({ old, next }) => has(keys, old) !== has(keys, next));
    if (!step) break;
    const forward = has(keys, step.old);
    key = { ...key, trusted: [...(key.trusted ?? []), forward ? step.next : step.old] };
    if (step.atOnce && forward) {
      const advice = "The key before it was stopped at once: if it leaked, whoever has it can have made this step. Paste the new key, from a source that you trust.";
      section.add("unchecked", `Key ${hex(step.next.id)} is the log's`, advice);
    }
  }
  return key;
}

// What files carry along, unchecked.
export function rotationsIn(bytes) {
  try {
    return own(parseJson(bytes, ""), "rotations") ?? [];
  } catch {
    return [];
  }
}
