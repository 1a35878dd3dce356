import { Wrong, same, sha256 } from "./bytes.js";

// The log's tree: RFC 6962 section 2.1, RFC 9162 section 2.1.3.2.
export const leafHash = (entry) => sha256([0], entry);
const nodeHash = (left, right) => sha256([1], left, right);

// How many hashes an inclusion proof has. Numbers go beyond 32 bits, so no bit operators.
export function pathLength(index, size) {
  let [node, last, length] = [index, size - 1, 0];
  while (last > 0) {
    if (node % 2 === 1 || node < last) length += 1;
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return length;
}

export async function rootFromPath(leaf, index, size, path) {
  if (index >= size) throw new Wrong(`entry ${index} is not in a log of ${size}`);
  const needed = pathLength(index, size);
  if (path.length !== needed) throw new Wrong(`the path has ${path.length} hashes, a tree of ${size} needs ${needed}`);
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    // A last node without a sibling is its own parent.
    while (node > 0 && node % 2 === 0 && node === last) {
      node /= 2;
      last = Math.floor(last / 2);
    }
    hash = node % 2 === 1 ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return hash;
}

// The root of the log as it was before the entry: what lies left of the entry's path is the whole of that log.
// So a proof of entry n also proves what a checkpoint of size n has to say. Null for entry 0.
export async function rootBefore(index, size, path) {
  let [node, last, hash] = [index, size - 1, null];
  for (const sibling of path) {
    while (node > 0 && node % 2 === 0 && node === last) {
      node /= 2;
      last = Math.floor(last / 2);
    }
    if (node % 2 === 1) hash = hash ? await nodeHash(sibling, hash) : sibling;
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return hash;
}

// That the tree of the new size begins with the whole tree of the old one: RFC 9162 section 2.1.4.2.
export async function checkGrowth(older, newer, path) {
  if (older.size < 1 || older.size >= newer.size) throw new Wrong("the older state is not the smaller one");
  let [node, last] = [older.size - 1, newer.size - 1];
  while (node % 2 === 1) [node, last] = [(node - 1) / 2, Math.floor(last / 2)];
  // Of a complete subtree, the old root is where both computations start.
  const [start, ...rest] = node === 0 ? [older.root, ...path] : path;
  if (!start) throw new Wrong("the path from the older state is empty");
  let [before, now] = [start, start];
  for (const hash of rest) {
    if (last === 0) throw new Wrong("the path from the older state is too long");
    if (node % 2 === 1 || node === last) {
      [before, now] = [await nodeHash(hash, before), await nodeHash(hash, now)];
      while (node % 2 === 0 && node > 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      now = await nodeHash(now, hash);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Wrong("the path from the older state is too short");
  if (!same(before, older.root) || !same(now, newer.root)) throw new Wrong("the path leads to other roots: the log was changed in between");
}
