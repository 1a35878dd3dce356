import { Wrong } from "./bytes.js";

// The syntax of PDF objects (ISO 32000-2, 7.2 and 7.3): numbers, names, strings, arrays, dictionaries, references.
const MAX_DEPTH = 40;
const SPACE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITER = new Set([..."()<>[]{}/%"].map((c) => c.charCodeAt(0)));
const ESCAPES = { n: 10, r: 13, t: 9, b: 8, f: 12 };

export class Ref {
  constructor(number) {
    this.number = number;
  }
}

export class Name {
  constructor(text) {
    this.text = text;
  }
}

export class Word {
  constructor(text) {
    this.text = text;
  }
}

export class Lexer {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  space() {
    const { bytes } = this;
    for (;;) {
      while (SPACE.has(bytes[this.at])) this.at += 1;
      if (bytes[this.at] !== 0x25) return;
      while (this.at < bytes.length && bytes[this.at] !== 10 && bytes[this.at] !== 13) this.at += 1;
    }
  }

  looksAt(text) {
    for (let i = 0; i < text.length; i += 1) if (this.bytes[this.at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  // Letters up to the next blank or delimiter; nothing in a PDF that we read is longer than 127.
  regular() {
    const start = this.at;
    while (this.at < this.bytes.length && !SPACE.has(this.bytes[this.at]) && !DELIMITER.has(this.bytes[this.at])) this.at += 1;
    if (this.at - start > 127) throw new Wrong("a word in the PDF is too long");
    return String.fromCharCode(...this.bytes.subarray(start, this.at));
  }

  value(depth = 0) {
    if (depth > MAX_DEPTH) throw new Wrong("the PDF nests its objects too deeply");
    this.space();
    if (this.at >= this.bytes.length) throw new Wrong("the PDF ends within an object");
    if (this.looksAt("<<")) return this.dictionary(depth);
    switch (String.fromCharCode(this.bytes[this.at])) {
      case "<": return this.hexString();
      case "(": return this.string();
      case "[": return this.array(depth);
      case "/": return this.name();
      default: return this.numberOrWord();
    }
  }

  name() {
    this.at += 1;
    return new Name(this.regular().replace(/#([0-9a-fA-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16))));
  }

  numberOrWord() {
    const text = this.regular();
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
      return /^\d+$/.test(text) ? this.reference(Number(text)) : Number(text);
    }
    if (text === "true" || text === "false") return text === "true";
    if (text === "null") return null;
    if (!text) throw new Wrong("the PDF has a character where none belongs");
    return new Word(text);
  }

  reference(number) {
    const after = this.at;
    this.space();
    const generation = this.regular();
    if (/^\d{1,5}$/.test(generation)) {
      this.space();
      if (this.looksAt("R") && this.regular() === "R") return new Ref(number);
    }
    this.at = after;
    return number;
  }

  array(depth) {
    const found = [];
    this.at += 1;
    for (;;) {
      this.space();
      if (this.looksAt("]")) {
        this.at += 1;
        return found;
      }
      found.push(this.value(depth + 1));
    }
  }

  dictionary(depth) {
    const found = new Map();
    this.at += 2;
    for (;;) {
      this.space();
      if (this.looksAt(">>")) {
        this.at += 2;
        return found;
      }
      const key = this.value(depth + 1);
      if (!(key instanceof Name)) throw new Wrong("a dictionary in the PDF has a key that is no name");
      found.set(key.text, this.value(depth + 1));
    }
  }

  hexString() {
    const end = this.bytes.indexOf(0x3e, this.at);
    if (end < 0) throw new Wrong("the PDF ends within a string");
    let digits = "";
    for (const byte of this.bytes.subarray(this.at + 1, end)) if (!SPACE.has(byte)) digits += String.fromCharCode(byte);
    if (!/^[0-9a-fA-F]*$/.test(digits)) throw new Wrong("a string in the PDF cannot be read");
    this.at = end + 1;
    return Uint8Array.from((digits.length % 2 ? `${digits}0` : digits).match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }

  string() {
    const found = [];
    let open = 0;
    for (;;) {
      const byte = this.bytes[this.at];
      this.at += 1;
      if (byte === undefined) throw new Wrong("the PDF ends within a string");
      if (byte === 0x5c) this.escape(found);
      else {
        if (byte === 0x28) open += 1;
        if (byte === 0x29) open -= 1;
        if (open === 0) return Uint8Array.from(found.slice(1));
        found.push(byte);
      }
    }
  }

  escape(found) {
    const octal = /^[0-7]{1,3}/.exec(String.fromCharCode(...this.bytes.subarray(this.at, this.at + 3)));
    if (octal) {
      this.at += octal[0].length;
      found.push(parseInt(octal[0], 8) & 255);
      return;
    }
    const letter = String.fromCharCode(this.bytes[this.at]);
    this.at += 1;
    if (letter === "\r" && this.bytes[this.at] === 10) this.at += 1;
    if (letter !== "\r" && letter !== "\n") found.push(ESCAPES[letter] ?? letter.charCodeAt(0));
  }
}
