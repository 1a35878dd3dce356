import { Wrong } from "./bytes.js";
import { Budget, MAX_STREAM, inflate, unpredict } from "./inflate.js";
import { Lexer, Name, Ref } from "./lexer.js";

// Takes the attached files out of a PDF. The file may be hostile: everything is counted, nothing is run, and
// what this does not know is refused.
const MAX_OBJECTS = 1_000_000;
const MAX_TABLES = 64;
const MAX_FILES = 1000;
const MAX_NODES = 10_000;

const asciiAt = (bytes, from, to) => String.fromCharCode(...bytes.subarray(Math.max(0, from), to));
const nameOf = (value) => (value instanceof Name ? value.text : "");

export const isPdf = (bytes) => asciiAt(bytes, 0, 1024).includes("%PDF-");

function textString(bytes) {
  const [a, b, c] = bytes;
  if (a === 0xfe && b === 0xff) return new TextDecoder("utf-16be").decode(bytes.subarray(2));
  if (a === 0xef && b === 0xbb && c === 0xbf) return new TextDecoder().decode(bytes.subarray(3));
  return String.fromCharCode(...bytes.subarray(0, 1024));
}

class Pdf {
  constructor(bytes) {
    this.bytes = bytes;
    this.places = new Map();
    this.objects = new Map();
    this.packs = new Map();
    this.reading = new Set();
    this.budget = new Budget();
    this.trailer = new Map();
  }

  // Tables of objects, the newest first: of two places for one object the first one counts.
  async open() {
    const tail = asciiAt(this.bytes, this.bytes.length - 1024, this.bytes.length);
    const found = /startxref\s+(\d{1,15})\s+%%EOF\s*$/.exec(tail);
    if (!found) throw new Wrong("the PDF has no end: it was cut");
    let next = Number(found[1]);
    const seen = new Set();
    while (next !== undefined) {
      if (seen.has(next) || seen.size >= MAX_TABLES) throw new Wrong("the PDF's tables of objects go in a circle");
      seen.add(next);
      const trailer = await this.table(next);
      if (!this.trailer.size) this.trailer = trailer;
      next = trailer.get("Prev");
    }
    if (this.trailer.has("Encrypt")) throw new Wrong("the PDF is encrypted");
  }

  async table(at) {
    if (!Number.isSafeInteger(at) || at >= this.bytes.length) throw new Wrong("the PDF's table of objects is not where it says");
    const lexer = new Lexer(this.bytes, at);
    lexer.space();
    if (lexer.looksAt("xref")) return this.plainTable(lexer);
    const { value, data } = await this.indirect(at);
    if (!data || nameOf(value.get("Type")) !== "XRef") throw new Wrong("the PDF's table of objects cannot be read");
    this.packedTable(value, data);
    return value;
  }

  plainTable(lexer) {
    lexer.at += 4;
    for (;;) {
      lexer.space();
      if (lexer.looksAt("trailer")) break;
      const [first, count] = [lexer.value(), lexer.value()];
      if (!Number.isInteger(first) || !Number.isInteger(count)) throw new Wrong("the PDF's table of objects cannot be read");
      for (let n = first; n < first + count; n += 1) {
        const [offset, , kind] = [lexer.value(), lexer.value(), lexer.value()];
        if (kind?.text === "n") this.place(n, { at: offset });
      }
    }
    lexer.at += 7;
    const trailer = lexer.value();
    if (!(trailer instanceof Map)) throw new Wrong("the PDF has no trailer");
    return trailer;
  }

  packedTable(value, data) {
    const widths = value.get("W");
    const index = value.get("Index") ?? [0, value.get("Size")];
    const fine = Array.isArray(widths) && widths.length === 3 && widths.every((w) => Number.isInteger(w) && w >= 0 && w <= 8) && widths[1] > 0;
    if (!fine || !Array.isArray(index) || !index.every(Number.isInteger)) throw new Wrong("the PDF's table of objects cannot be read");
    let at = 0;
    const number = (width, otherwise) => {
      if (!width) return otherwise;
      let found = 0;
      for (const end = at + width; at < end; at += 1) found = found * 256 + data[at];
      return found;
    };
    for (let pair = 0; pair + 1 < index.length; pair += 2) {
      for (let n = index[pair]; n < index[pair] + index[pair + 1] && at < data.length; n += 1) {
        const [kind, second, third] = [number(widths[0], 1), number(widths[1], 0), number(widths[2], 0)];
        if (kind === 1) this.place(n, { at: second });
        if (kind === 2) this.place(n, { pack: second, slot: third });
      }
    }
  }

  place(number, where) {
    if (this.places.size >= MAX_OBJECTS) throw new Wrong("the PDF has too many objects");
    if (!this.places.has(number)) this.places.set(number, where);
  }

  // The object at a byte of the file: its value, and its data when it is a stream.
  async indirect(at, number) {
    const lexer = new Lexer(this.bytes, at);
    const [found, , word] = [lexer.value(), lexer.value(), lexer.value()];
    if (word?.text !== "obj" || (number !== undefined && found !== number)) throw new Wrong(`object ${number ?? ""} of the PDF is not where it should be`);
    const value = lexer.value();
    lexer.space();
    if (!(value instanceof Map) || !lexer.looksAt("stream")) return { value };
    lexer.at += 6;
    if (this.bytes[lexer.at] === 13) lexer.at += 1;
    if (this.bytes[lexer.at] === 10) lexer.at += 1;
    const length = await this.get(value.get("Length"));
    if (!Number.isInteger(length) || length < 0 || lexer.at + length > this.bytes.length) throw new Wrong("a stream of the PDF is longer than the file");
    return { value, data: await this.unpack(value, this.bytes.subarray(lexer.at, lexer.at + length), `object ${found}`) };
  }

  async unpack(value, raw, what) {
    let filter = await this.get(value.get("Filter"));
    let parameters = await this.get(value.get("DecodeParms"));
    if (Array.isArray(filter) && filter.length < 2) [filter, parameters] = [filter[0], Array.isArray(parameters) ? parameters[0] : parameters];
    if (filter === undefined || filter === null) {
      if (raw.length > MAX_STREAM) throw new Wrong(`${what} is too long`);
      return raw;
    }
    // Other filters are of pictures and fonts: their data stays packed, and no one asks for it.
    if (nameOf(filter) !== "FlateDecode") return null;
    // Other software packs nothing as nothing.
    const data = raw.length ? await inflate(raw, this.budget, what) : raw;
    if (!(parameters instanceof Map) || (parameters.get("Predictor") ?? 1) === 1) return data;
    const columns = parameters.get("Columns") ?? 1;
    if (!Number.isInteger(columns) || columns < 1 || columns > 64) throw new Wrong(`${what} is packed in a way that is not read here`);
    return unpredict(data, columns);
  }

  async get(value) {
    return value instanceof Ref ? (await this.object(value.number)).value : value;
  }

  async object(number) {
    if (this.objects.has(number)) return this.objects.get(number);
    const where = this.places.get(number);
    if (!where) return { value: null };
    if (this.reading.has(number)) throw new Wrong("an object of the PDF refers to itself");
    this.reading.add(number);
    try {
      const found = where.pack === undefined ? await this.indirect(where.at, number) : { value: await this.packed(where, number) };
      this.objects.set(number, found);
      return found;
    } finally {
      this.reading.delete(number);
    }
  }

  async packed({ pack, slot }, number) {
    if (!this.packs.has(pack)) this.packs.set(pack, await this.openPack(pack));
    const { data, first, numbers, offsets } = this.packs.get(pack);
    if (numbers[slot] !== number) throw new Wrong(`object ${number} of the PDF is not where it should be`);
    return new Lexer(data, first + offsets[slot]).value();
  }

  async openPack(number) {
    const { value, data } = await this.object(number);
    const count = value instanceof Map ? value.get("N") : undefined;
    const first = value instanceof Map ? value.get("First") : undefined;
    if (!data || !Number.isInteger(count) || !Number.isInteger(first) || count > MAX_OBJECTS) throw new Wrong("a pack of objects cannot be read");
    const lexer = new Lexer(data);
    const [numbers, offsets] = [[], []];
    for (let n = 0; n < count; n += 1) {
      numbers.push(lexer.value());
      offsets.push(lexer.value());
    }
    return { data, first, numbers, offsets };
  }

  async dictionary(value, what) {
    const found = await this.get(value);
    if (!(found instanceof Map)) throw new Wrong(`the PDF has no ${what}`);
    return found;
  }

  async attached() {
    const root = await this.dictionary(this.trailer.get("Root"), "catalogue");
    const names = await this.dictionary(root.get("Names"), "attached files");
    const found = new Map();
    const todo = [names.get("EmbeddedFiles")];
    for (let nodes = 0; todo.length; nodes += 1) {
      if (nodes > MAX_NODES) throw new Wrong("the PDF's list of attached files does not end");
      const node = await this.dictionary(todo.shift(), "attached files");
      todo.push(...((await this.get(node.get("Kids"))) ?? []));
      await this.leaf((await this.get(node.get("Names"))) ?? [], found);
    }
    return found;
  }

  async leaf(pairs, found) {
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const file = await this.dictionary(pairs[at + 1], "description of an attached file");
      const inside = await this.dictionary(file.get("EF"), "attached file where one is named");
      const key = await this.get(file.get("UF") ?? pairs[at]);
      const name = key instanceof Uint8Array ? textString(key) : "";
      if (found.has(name)) throw new Wrong(`two attached files have the name ${name}`);
      if (found.size >= MAX_FILES) throw new Wrong(`more than ${MAX_FILES} files are attached`);
      found.set(name, await this.fileData(inside.get("F") ?? inside.get("UF"), name));
    }
  }

  // A file that cannot be read is a fault of that file; the others are still looked at.
  async fileData(ref, name) {
    try {
      const { data } = ref instanceof Ref ? await this.object(ref.number) : {};
      if (!data) throw new Wrong(`${name} is packed in a way that is not read here`);
      return data;
    } catch (error) {
      if (error instanceof Wrong) return error;
      throw error;
    }
  }
}

// Gives a Map from name to the bytes of each attached file, or to the Wrong that says why it cannot be read.
export async function attachedFiles(bytes) {
  const pdf = new Pdf(bytes);
  await pdf.open();
  return pdf.attached();
}
