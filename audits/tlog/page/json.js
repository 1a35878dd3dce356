import { Wrong, toText } from "./bytes.js";

// JSON.parse keeps the last of two equal keys and says nothing; then two readers of one file could see two
// different things. So the text is walked once more, only to find a key that is given twice.
const PIECES = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

function hasTwins(text) {
  const open = [];
  let last = "";
  for (const [piece] of text.matchAll(PIECES)) {
    if (piece === "{") open.push(new Set());
    else if (piece === "[") open.push(null);
    else if (piece === "}" || piece === "]") open.pop();
    else if (piece === ":") {
      const key = JSON.parse(last);
      const keys = open[open.length - 1];
      if (keys.has(key)) return true;
      keys.add(key);
    }
    last = piece;
  }
  return false;
}

export function parseJson(bytes, what) {
  const text = toText(bytes, what);
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Wrong(`${what} is not JSON: ${error.message}`);
  }
  if (hasTwins(text)) throw new Wrong(`${what} has an object with the same key twice`);
  return value;
}

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const own = (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);
