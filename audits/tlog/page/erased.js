import { Wrong, same } from "./bytes.js";
import { checkParts, parseProof } from "./evidence.js";
import { own, parseJson } from "./json.js";
import { checkSignatures, parseCheckpoint } from "./note.js";
import { leafHash, rootFromPath } from "./tree.js";

// Whether a later entry of the same log says that the payload was erased: then it is missing by right.
function listsIndex(list, index) {
  const ranges = own(parseJson(list, "the list of erased entries"), "entries");
  return Array.isArray(ranges) && ranges.some((range) => Array.isArray(range) && range[0] <= index && index <= range[1]);
}

export async function checkErased(section, { erased, index, origin, key }) {
  return section.check("Payload erased, commitment intact", async () => {
    const proof = parseProof(erased.proof);
    const checkpoint = parseCheckpoint(proof.checkpoint);
    const root = await rootFromPath(await leafHash(erased.entry), proof.index, checkpoint.size, proof.path);
    if (!same(root, checkpoint.root)) throw new Wrong("the entry that is said to have erased it is not in the log");
    if (checkpoint.origin !== origin) throw new Wrong(`the entry is of another log, ${checkpoint.origin}`);
    if (key) await checkSignatures(checkpoint, key);
    if (proof.index !== erased.index || erased.index <= index) throw new Wrong("it is no later entry of the log");
    const said = parseJson(erased.entry, "the entry");
    if (own(said, "type") !== "subject_erased") throw new Wrong(`entry ${erased.index} says nothing of an erasure`);
    const { found } = await checkParts(erased.entry, erased.parts);
    const wrong = found.find((each) => each.wrong);
    if (wrong) throw wrong.wrong;
    const lists = found.filter(({ part }) => part.role === "erased");
    if (lists.length !== 1 || !listsIndex(lists[0].part.data, index)) throw new Wrong(`entry ${erased.index} does not list entry ${index}`);
    return [`Entry ${erased.index} of ${own(said, "rx")} says that it was erased.`];
  });
}
