import { Wrong, fromBase64, hex, same, utf8 } from "./bytes.js";
import { parseProof } from "./evidence.js";
import { own, parseJson } from "./json.js";
import { LOG_KEY, WITNESS_KEY, checkCosignature, checkSignatures, othersTool, parseCheckpoint, parseVkey } from "./note.js";
import { checkImprint, parseStamp } from "./stamp.js";
import { leafHash, rootFromPath } from "./tree.js";

// Anchors: the log's checkpoint is an entry of the meta-log, which witnesses cosign and others time-stamp.
const ANCHOR_FORMAT = "probatum-anchor-v1";
const ANCHOR_KEYS = ["format", "meta", "checkpoint", "path", "leaf", "proof", "stamp"];

function anchorText(anchor, key) {
  const value = own(anchor, key);
  if (typeof value !== "string") throw new Wrong(`the anchor has no text under "${key}"`);
  return value;
}

function readAnchor(anchor) {
  if (anchorText(anchor, "format") !== ANCHOR_FORMAT) throw new Wrong("this is no anchor");
  const surplus = Object.keys(anchor).filter((key) => !ANCHOR_KEYS.includes(key));
  if (surplus.length) throw new Wrong(`the anchor has unknown keys: ${surplus.join(", ")}`);
  const path = own(anchor, "path");
  if (!Array.isArray(path)) throw new Wrong('the anchor has no list under "path"');
  const stamp = own(anchor, "stamp");
  const proof = parseProof(utf8(anchorText(anchor, "proof")), "the anchor's proof");
  return {
    meta: anchorText(anchor, "meta"),
    checkpoint: parseCheckpoint(utf8(anchorText(anchor, "checkpoint")), "the anchored checkpoint"),
    path: path.map((each) => fromBase64(each, "a hash of the anchor")),
    leaf: fromBase64(anchorText(anchor, "leaf"), "the entry of the meta-log"),
    proof,
    note: parseCheckpoint(proof.checkpoint, "the meta-log's checkpoint"),
    stamp: stamp === undefined ? null : fromBase64(stamp, "the time stamp"),
  };
}

async function leadsTo(bytes, { index, path }, checkpoint) {
  const root = await rootFromPath(await leafHash(bytes), index, checkpoint.size, path);
  if (!same(root, checkpoint.root)) throw new Wrong("it leads to another root", [["Checkpoint's root", hex(checkpoint.root)], ["Computed root", hex(root)]]);
}

function checkStated(leaf, checkpoint) {
  const said = parseJson(leaf, "the entry of the meta-log");
  const stated = { kind: "anchor", type: "checkpoint", log: checkpoint.origin, size: checkpoint.size, root: hex(checkpoint.root) };
  if (Object.entries(stated).some(([key, value]) => own(said, key) !== value)) throw new Wrong("the meta-log states another checkpoint");
}

const instant = (at) => `${new Date(Number(at) * 1000).toISOString().slice(0, 19)}Z`;

// With a key that the reader gave a cosignature is checked; without it nothing is said of it.
async function checkCosigner(section, found, each, trusted) {
  const witness = trusted.find(({ kind, name, id }) => kind === WITNESS_KEY && name === each.name && same(id, each.id));
  const what = `${each.name} cosigned the meta-log`;
  if (witness) return section.check(what, async () => [`At ${instant(await checkCosignature(found.note, each, witness))}.`]);
  section.add("unchecked", what, othersTool(each));
  return true;
}

// Whose meta-log it is can only be told by a key that came another way.
function checkMeta(section, found, { name: log, trusted = [] }) {
  const given = trusted.filter(({ kind, name }) => kind === LOG_KEY && name !== log);
  const what = "The meta-log is the operator's";
  if (!given.length) {
    section.add("unchecked", what, "Its key came with the file: paste the one that you got another way below the log's.", [["Key used", found.meta]]);
    return true;
  }
  return section.check(what, async () => {
    if (!given.some(({ line }) => line === found.meta)) throw new Wrong("its key is none that you gave", [["Key used", found.meta]]);
    return [];
  });
}

async function checkStamped(section, found) {
  let said = null;
  const good = await section.check("The time stamp is about the meta-log's checkpoint", async () => {
    said = parseStamp(found.stamp);
    return ["Its SHA-256 is the one that was stamped.", [["SHA-256", hex(await checkImprint(said, found.proof.checkpoint))]]];
  });
  if (!good) return false;
  const tool = "verifier.pyz verify FILE --unpack FOLDER writes both files, and says how openssl ts checks them.";
  section.add("unchecked", "A time-stamping authority signed it", `It states ${said.at}. The certificate chain is not checked here: ${tool}`);
  return true;
}

// Gives whether everything that can be checked here holds.
export async function checkAnchor(section, anchor, { index, entry, key }) {
  let found = null;
  const read = await section.check("The anchor can be read", async () => {
    found = readAnchor(anchor);
    return [`It is of a checkpoint over ${found.checkpoint.size} entries.`];
  });
  if (!read || !key) return read;
  const steps = [
    ["The anchored checkpoint covers the entry, and the log signed it", async () => {
      await leadsTo(entry, { index, path: found.path }, found.checkpoint);
      await checkSignatures(found.checkpoint, key);
      return [];
    }],
    ["The meta-log states that checkpoint", async () => {
      checkStated(found.leaf, found.checkpoint);
      const meta = await parseVkey(found.meta);
      await leadsTo(found.leaf, found.proof, found.note);
      const { others } = await checkSignatures(found.note, meta);
      found.others = others;
      return [`As its entry ${found.proof.index}, under its checkpoint over ${found.note.size} entries.`];
    }],
  ];
  for (const [what, run] of steps) if (!(await section.check(what, run))) return false;
  const trusted = key.trusted ?? [];
  if (!(await checkMeta(section, found, key))) return false;
  for (const each of found.others) if (!(await checkCosigner(section, found, each, trusted))) return false;
  return found.stamp ? checkStamped(section, found) : true;
}
