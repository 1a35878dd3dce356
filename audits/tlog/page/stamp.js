import { Wrong, hex, same, sha256 } from "./bytes.js";

// RFC 3161 time stamps: which file one is about, and what time it states. Who signed it takes X.509, which this
// page does not have; so no time stamp is called good here.
const MAX_STAMP = 1 << 16;
const TAGS = { integer: 0x02, octets: 0x04, oid: 0x06, time: 0x18, sequence: 0x30, set: 0x31, first: 0xa0 };
const SIGNED_DATA = "2a864886f70d010702";
const TST_INFO = "2a864886f70d0109100104";
const SHA256_OID = "608648016503040201";

// The DER elements in some bytes, one after another.
function elements(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at];
    let size = bytes[at + 1];
    at += 2;
    if (size === undefined || (tag & 0x1f) === 0x1f) throw new Wrong("the time stamp is not DER");
    if (size & 0x80) {
      const length = bytes.subarray(at, at + (size & 0x7f));
      at += size & 0x7f;
      size = length.reduce((sum, byte) => sum * 256 + byte, 0);
      if (!length.length || length.length > 4 || !length[0] || size < 0x80) throw new Wrong("the time stamp is not DER");
    }
    if (at + size > bytes.length) throw new Wrong("the time stamp ends early");
    found.push([tag, bytes.subarray(at, at + size)]);
    at += size;
  }
  return found;
}

// The contents of the first elements, which must have these tags.
function takeTags(bytes, ...tags) {
  const found = elements(bytes);
  if (tags.some((tag, at) => found[at]?.[0] !== tag)) throw new Wrong("the time stamp is not built as RFC 3161 has it");
  return tags.map((_tag, at) => found[at][1]);
}

function readTime(bytes) {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(String.fromCharCode(...bytes.subarray(0, 40)));
  const text = found && `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}Z`;
  if (!text || Number.isNaN(Date.parse(text))) throw new Wrong("the time stamp states no real time");
  return text;
}

export function parseStamp(bytes) {
  const { integer, octets, oid, time, sequence, set, first } = TAGS;
  if (bytes.length > MAX_STAMP || elements(bytes).length !== 1) throw new Wrong("the time stamp is not one DER sequence");
  const [reply] = takeTags(bytes, sequence);
  const [state] = takeTags(reply, sequence);
  const [status] = takeTags(state, integer);
  if (status.length !== 1 || status[0] > 1) throw new Wrong("the time stamp was not granted");
  const [kind, wrapped] = takeTags(takeTags(reply, sequence, sequence)[1], oid, first);
  const content = takeTags(takeTags(wrapped, sequence)[0], integer, set, sequence)[2];
  const [what, inner] = takeTags(content, oid, first);
  if (hex(kind) !== SIGNED_DATA || hex(what) !== TST_INFO) throw new Wrong("the reply holds something else than a time stamp");
  const info = takeTags(takeTags(inner, octets)[0], sequence)[0];
  const said = takeTags(info, integer, oid, sequence, integer, time);
  const [algorithm, imprint] = takeTags(said[2], sequence, octets);
  if (hex(takeTags(algorithm, oid)[0]) !== SHA256_OID || imprint.length !== 32) throw new Wrong("the time stamp is of no SHA-256");
  return { imprint, at: readTime(said[4]) };
}

export async function checkImprint(stamp, stamped) {
  const found = await sha256(stamped);
  if (!same(stamp.imprint, found)) {
    throw new Wrong("it is of another file", [["Stamped", hex(stamp.imprint)], ["This file", hex(found)]]);
  }
  return found;
}
