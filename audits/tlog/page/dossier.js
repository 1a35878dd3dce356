import { Wrong, toText } from "./bytes.js";
import { checkAnchor } from "./anchor.js";
import { checkEntry, checkSignature, checkSince, chooseKey, digest } from "./checks.js";
import { checkErased } from "./erased.js";
import { CONTENTS_FORMAT, parseBundle } from "./evidence.js";
import { own, parseJson } from "./json.js";
import { keysOf, parseCheckpoint } from "./note.js";
import { attachedFiles } from "./pdf.js";
import { followRotations, rotationsIn } from "./rotation.js";
import { Section } from "./section.js";

// A dossier: a PDF with the evidence inside. What it proves hangs on one digest, that of the whole file, which
// stands in the log; its proof is a file of its own, because a file cannot hold its own digest.
const NEEDED = ["contents.json", "checkpoint", "vkey.txt"];

async function open(section, file) {
  let attached = null;
  const read = await section.check("The PDF can be read, and files are attached to it", async () => {
    attached = await attachedFiles(file.bytes);
    const broken = [...attached].filter(([, data]) => data instanceof Wrong);
    if (broken.length) throw new Wrong(`${broken[0][0]}: ${broken[0][1].message}`);
    const missing = NEEDED.filter((name) => !attached.has(name));
    if (missing.length) throw new Wrong(`it is no dossier: ${missing.join(", ")} is not attached`);
    return [`${attached.size} files.`, [["Attached", [...attached.keys()].join(", ")]]];
  });
  if (read) return attached;
  // What can still be read is checked all the same: it may show what was changed.
  const whole = new Map([...(attached ?? [])].filter(([, data]) => !(data instanceof Wrong)));
  return NEEDED.every((name) => whole.has(name)) ? whole : null;
}

async function readContents(section, bytes) {
  let contents = null;
  await section.check("contents.json can be read", async () => {
    contents = parseJson(bytes, "contents.json");
    if (own(contents, "format") !== CONTENTS_FORMAT) throw new Wrong("it is of another format");
    const system = own(contents, "system");
    const version = own(own(contents, "version"), "name");
    return ["", [["System", [own(system, "name"), version].filter(Boolean).join(" ")], ["As of", String(own(contents, "as_of"))]]];
  });
  return contents;
}

// The digests that the log names: of the dossier that it was told of.
function generated({ bundle, holds }) {
  const entry = tryJson(bundle.entry);
  const act = bundle.parts.find((part) => part.role === "act");
  if (own(entry, "verb") !== "dossier.generated" || !act?.data) return null;
  const details = own(tryJson(act.data), "details");
  return { pdf: own(details, "sha256"), contents: own(details, "contents_sha256"), log: bundle.log, index: bundle.index, holds };
}

function tryJson(bytes) {
  try {
    return parseJson(bytes, "");
  } catch {
    return null;
  }
}

async function checkDigest(section, file, attached, key, bundles) {
  const all = bundles.map(generated).filter(Boolean);
  const found = await digest(file.bytes);
  section.facts.push(["SHA-256 of this PDF", found]);
  const contents = await digest(attached.get("contents.json"));
  const what = "The log names this PDF by its digest";
  const named = all.find((each) => each.pdf === found) ?? all[0];
  if (!named) {
    const advice = "Add dossier-proof.json, which the dossier's page hands out: it proves the digest of this file.";
    section.add("unchecked", what, advice);
    section.add("unchecked", "contents.json has the digest on the cover", "Compare it with the cover and the footers.", [["SHA-256", contents]]);
    return;
  }
  await section.check(what, async () => {
    if (!named.holds) throw new Wrong("the proof of the digest does not hold itself; see below");
    if (key && named.log !== key.name) throw new Wrong(`the digest stands in another log, ${named.log}`);
    if (named.pdf !== found) throw new Wrong("the log names another file: this one was changed, or is another dossier", [["Named", String(named.pdf)], ["Found", found]]);
    return [`Entry ${named.index} of ${named.log}, “dossier.generated”.`, [["SHA-256", found]]];
  });
  await section.check("The log names contents.json by its digest", async () => {
    if (named.contents !== contents) throw new Wrong("it names another", [["Named", String(named.contents)], ["Found", contents]]);
    return ["It is also on the cover and in every footer.", [["SHA-256", contents]]];
  });
}

// The pages are set from contents.json; the attached files have to be the ones that it names.
async function checkFiles(section, attached, contents) {
  const log = own(contents, "log");
  const proofs = own(contents, "proofs");
  const texts = new Map([
    ["checkpoint", own(log, "checkpoint")],
    ["vkey.txt", `${own(log, "vkey")}\n`],
    ...(own(log, "meta_vkeys")?.length ? [["meta-vkey.txt", own(log, "meta_vkeys").map((key) => `${key}\n`).join("")]] : []),
    ...(Array.isArray(proofs) ? proofs : []).map((proof) => [own(proof, "file_name"), own(proof, "bundle")]),
  ]);
  const digests = [["verifier.pyz", own(contents, "verifier_sha256")], ["verify.html", own(contents, "page_sha256")]];
  await section.check("The attached files are those that contents.json names", async () => {
    for (const [name, text] of texts) {
      const bytes = attached.get(name);
      if (!bytes) throw new Wrong(`${name} is not attached`);
      if (toText(bytes, name) !== text) throw new Wrong(`${name} is another than contents.json has`);
    }
    for (const [name, named] of digests.filter(([, each]) => each)) {
      const found = attached.has(name) ? await digest(attached.get(name)) : "none";
      if (found !== named) throw new Wrong(`${name} is another`, [["Named", String(named)], ["Found", found]]);
    }
    const strangers = [...attached.keys()].filter((name) => /^proof-/.test(name) && !texts.has(name));
    if (strangers.length) throw new Wrong(`${strangers[0]} is not in contents.json`);
    return [];
  });
  return new Map((Array.isArray(proofs) ? proofs : []).map((proof) => [own(proof, "file_name"), own(proof, "leaf_hash")]));
}

export async function checkBundle(name, bytes, given, { attached, leaf } = {}) {
  const section = new Section(name);
  let bundle = null;
  let checkpoint = null;
  await section.check("The file can be read", async () => {
    bundle = parseBundle(parseJson(bytes, name));
    return ["An entry with its proof and what was disclosed of it."];
  });
  if (bundle) {
    const chosen = await chooseKey(section, given, bundle.vkey, "It is named in this file.");
    const key = await followRotations(section, chosen, bundle.rotations);
    const { entry, proof, parts, anchor, index, since, erased } = bundle;
    const gone = erased && (await checkErased(section, { erased, index, origin: bundle.log, key }));
    checkpoint = await checkEntry(section, { proofBytes: proof, entry, key, bundle, parts, leaf, attached, gone });
    if (erased && !gone) checkpoint = null;
    if (since && checkpoint) checkpoint = await checkSince(section, { since, key, checkpoint });
    if (anchor !== undefined && !(await checkAnchor(section, anchor, { index, entry, key }))) checkpoint = null;
  }
  return { section, bundle, checkpoint, holds: checkpoint !== null };
}

export async function checkDossier(file, given, bundles) {
  const section = new Section(file.name);
  const attached = await open(section, file);
  if (!attached) return { sections: [section], checkpoints: [] };
  const contents = await readContents(section, attached.get("contents.json"));
  const claimed = toText(attached.get("vkey.txt"), "vkey.txt");
  const chosen = await chooseKey(section, given, claimed, "It is attached as vkey.txt.");
  const [proof] = [...attached].filter(([name]) => /^proof-\d+\.json$/.test(name));
  const key = await followRotations(section, chosen, proof ? rotationsIn(proof[1]) : []);
  if (given) {
    await section.check("The attached key is the one that you gave", async () => {
      if (!keysOf(key).some(({ line }) => line === claimed.trim())) throw new Wrong("it is another", [["Your key", given.line], ["Attached", claimed.trim()]]);
      return [claimed.trim() === given.line ? "" : "The log's own entry leads from the one to the other."];
    });
  }
  await checkDigest(section, file, attached, key, bundles);
  const leaves = await checkFiles(section, attached, contents);
  const checkpoints = [];
  const note = attached.get("checkpoint");
  const read = await section.check("The attached checkpoint can be read", async () => {
    const found = parseCheckpoint(note);
    checkpoints.push({ where: `${file.name}, attached checkpoint`, checkpoint: found });
    return [`${found.size} entries of ${found.origin}.`];
  });
  if (read && !(await checkSignature(section, checkpoints[0].checkpoint, key))) checkpoints.pop();
  const sections = [section];
  for (const [name, bytes] of attached) {
    if (!/^proof-\d+\.json$/.test(name)) continue;
    const one = await checkBundle(name, bytes, key, { attached: note, leaf: leaves.get(name) });
    one.section.inside = file.name;
    sections.push(one.section);
  }
  return { sections, checkpoints };
}
