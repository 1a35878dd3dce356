import { MIB, Wrong, join } from "./bytes.js";

// Streams of a hostile file: what comes out is counted while it comes out, so that a small file cannot fill
// the memory.
export const MAX_STREAM = 64 * MIB;
const MAX_TOTAL = 256 * MIB;

export class Budget {
  left = MAX_TOTAL;

  take(count, what) {
    this.left -= count;
    if (this.left < 0) throw new Wrong(`${what}: the file unpacks to more than ${MAX_TOTAL / MIB} MiB`);
  }
}

export async function inflate(bytes, budget, what) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const chunks = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return join(...chunks);
      total += value.length;
      if (total > MAX_STREAM) throw new Wrong(`${what} unpacks to more than ${MAX_STREAM / MIB} MiB`);
      budget.take(value.length, what);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof Wrong) throw error;
    throw new Wrong(`${what} cannot be unpacked: it was changed or cut`);
  }
}

// PNG predictors (ISO 32000-2, 7.4.4.4): other software packs tables of objects with them.
export function unpredict(bytes, columns) {
  const width = columns + 1;
  const rows = Math.floor(bytes.length / width);
  const found = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const kind = bytes[row * width];
    if (kind !== 0 && kind !== 2) throw new Wrong("a table of objects is packed in a way that is not read here");
    for (let at = 0; at < columns; at += 1) {
      const above = kind === 2 && row ? found[(row - 1) * columns + at] : 0;
      found[row * columns + at] = bytes[row * width + 1 + at] + above;
    }
  }
  return found;
}
