import { hex, join } from "./bytes.js";

// Ed25519 verification (RFC 8032 section 5.1.7). The browser's own is used where there is one; keys and
// signatures pass the strict checks here in any case: one signature has one encoding, and keys of small order,
// which accept signatures that nobody made, are refused. Nothing here is secret, so its timing may vary.
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (n) => ((n % P) + P) % P;

function power(base, exponent) {
  let [result, square] = [1n, mod(base)];
  for (let left = exponent; left; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n);
const ZERO = [0n, 1n, 1n, 0n];

// Points have extended coordinates X, Y, Z, T: x = X/Z, y = Y/Z, x*y = T/Z.
function add(p, q) {
  const a = mod((p[1] - p[0]) * (q[1] - q[0]));
  const b = mod((p[1] + p[0]) * (q[1] + q[0]));
  const c = mod(2n * p[3] * q[3] * D);
  const d = mod(2n * p[2] * q[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function little(bytes) {
  return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
}

function decode(bytes) {
  const whole = little(bytes);
  const sign = whole >> 255n;
  const y = whole & ((1n << 255n) - 1n);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * ROOT);
  if (mod(x * x - square) || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function encode(p) {
  const inverse = power(p[2], P - 2n);
  const [x, y] = [mod(p[0] * inverse), mod(p[1] * inverse)];
  const digits = (y | ((x & 1n) << 255n)).toString(16).padStart(64, "0");
  return Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16)).reverse();
}

function times(scalar, point) {
  let [total, each] = [ZERO, point];
  for (let left = scalar; left; left >>= 1n) {
    if (left & 1n) total = add(total, each);
    each = add(each, each);
  }
  return total;
}

const BASE = decode(encode([0n, mod(4n * power(5n, P - 2n)), 1n, 0n]));

export function isPublicKey(bytes) {
  const point = bytes.length === 32 ? decode(bytes) : null;
  if (!point) return false;
  const [x, y, z] = times(8n, point);
  return !(x === 0n && y === z);
}

export async function ownVerify(key, message, signature) {
  const digest = await crypto.subtle.digest("SHA-512", join(signature.slice(0, 32), key, message));
  const k = little(new Uint8Array(digest)) % L;
  const [x, y, z, t] = decode(key);
  const found = add(times(little(signature.slice(32)), BASE), times(k, [P - x, y, z, P - t]));
  // R = s*B - k*A, compared as bytes: a non-canonical R can never match.
  return hex(encode(found)) === hex(signature.slice(0, 32));
}

async function browserKey(key) {
  try {
    return await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
}

// Tells whether the signature is good, and by whose code.
export async function verifySignature(key, message, signature) {
  if (!isPublicKey(key) || signature.length !== 64 || little(signature.slice(32)) >= L) return { good: false, by: "" };
  const imported = await browserKey(key);
  if (!imported) return { good: await ownVerify(key, message, signature), by: "this page's own Ed25519" };
  const good = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  return { good, by: "the browser's Ed25519" };
}
