// Bytes, text and hashes. One value has one spelling: a reader that forgives lets two files pass for the
// same evidence.

// Evidence that does not hold: what is wrong, and the values that show it.
export class Wrong extends Error {
  constructor(message, values = []) {
    super(message);
    this.values = values;
  }
}

export const MIB = 1 << 20;
const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);
export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

export function join(...pieces) {
  const whole = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export async function sha256(...pieces) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...pieces)));
}

export function toText(bytes, what) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Wrong(`${what} is not UTF-8 text`);
  }
}

export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export function fromBase64(text, what) {
  if (typeof text !== "string") throw new Wrong(`${what} is missing`);
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    throw new Wrong(`${what} is not base64`);
  }
  if (toBase64(bytes) !== text) throw new Wrong(`${what} is not canonical base64`);
  return bytes;
}

export function toNumber(text, what) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) throw new Wrong(`${what} is not a plain decimal number`);
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Wrong(`${what} is beyond what this page can count (2^53)`);
  return number;
}
