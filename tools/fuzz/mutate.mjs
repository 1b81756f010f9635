/**
 * Bytes of messages, spoiled. Most keep a right head, so that it is the body that is put to the test; many are spoiled where
 * it hurts: tags, counts, sizes, names.
 */

/** @import { Random } from '../chaos/random.mjs' */

const HEAD = 12;
/** Every tag that V8 knows, and ends of its lists. */
const TAGS = Buffer.from('_0TFINUZzSc"^oAaDyxnsR;\'{$@:,-\\BVtup?wm~rEWmc.');
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  '\0heddle',
  'toString',
  'then',
  'length',
  '4294967294',
  'error',
  'record',
  'buffer',
];
const NUMBERS = [
  0,
  1,
  2,
  127,
  128,
  255,
  256,
  65_535,
  65_536,
  2 ** 22,
  2 ** 24,
  2 ** 25,
  2 ** 26,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 2,
  2 ** 32 - 1,
  2 ** 35,
];
const DOUBLES = [-1, -0, 0.5, NaN, Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 1e308];

/** @param {number} value */
function varint(value) {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

/** @param {Random} random */
function token(random) {
  switch (random.integer(0, 5)) {
    case 0:
      return varint(random.pick(NUMBERS));
    case 1:
      return double(random.pick(DOUBLES));
    case 2:
      return text(random.pick(NAMES));
    case 3:
      return Buffer.from([random.integer(0, 255)]);
    case 4:
      return Buffer.from([random.pick([...TAGS]), random.integer(0, 8)]);
    default:
      return Buffer.from([random.pick([...TAGS])]);
  }
}

/** @param {number} value */
function double(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** @param {string} name */
function text(name) {
  return Buffer.concat([Buffer.from([0x22]), varint(name.length), Buffer.from(name, 'latin1')]);
}

/** A body of nothing but tokens, of which many open something. @param {Random} random */
function noise(random) {
  const opening = random.chance(0.3)
    ? Buffer.concat([Buffer.from([random.pick([...Buffer.from("AaoR;'\\r")])]), token(random)])
    : undefined;
  const tokens = Array.from({ length: random.skewed(1, opening === undefined ? 200 : 4000) }, () => opening ?? token(random));
  return Buffer.concat([Buffer.from([0xff, 15]), ...tokens]);
}

/** @param {Random} random @param {Buffer} bytes @param {Buffer} other */
function spoil(random, bytes, other) {
  const at = random.integer(0, Math.max(0, bytes.length - 1));
  const length = random.skewed(1, 40);
  const before = bytes.subarray(0, at);
  switch (random.integer(0, 8)) {
    case 0: // one bit
    case 1: {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[at] = /** @type {number} */ (copy[at]) ^ (1 << random.integer(0, 7));
      return copy;
    }
    case 2:
      return Buffer.concat([before, token(random), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([before, token(random), bytes.subarray(at + length)]);
    case 4:
      return Buffer.concat([before, bytes.subarray(at + length)]);
    case 5:
      return Buffer.concat([
        before,
        ...Array.from({ length: random.skewed(1, 2000) }, () => bytes.subarray(at, at + Math.min(length, 12))),
        bytes.subarray(at),
      ]);
    case 6:
      return before;
    case 7:
      return Buffer.concat([before, other.subarray(random.integer(0, other.length))]);
    default:
      return renamed(random, bytes);
  }
}

/** A text in it becomes one of the names. @param {Random} random @param {Buffer} bytes */
function renamed(random, bytes) {
  const places = [];
  for (let at = bytes.indexOf(0x22); at >= 0; at = bytes.indexOf(0x22, at + 1)) places.push(at);
  if (places.length === 0) return bytes;
  const at = random.pick(places);
  return Buffer.concat([bytes.subarray(0, at), text(random.pick(NAMES)), bytes.subarray(at + 2 + (bytes[at + 1] ?? 0))]);
}

/**
 * @param {Random} random
 * @param {readonly Buffer[]} frames right ones
 * @returns {Buffer}
 */
export function mutated(random, frames) {
  const frame = random.pick(frames);
  const bufferCount = frame.readUInt32LE(8);
  let head = Buffer.from(frame.subarray(0, HEAD + bufferCount * 8));
  const bodyEnd = head.length + frame.readUInt32LE(4);
  let body = frame.subarray(head.length, bodyEnd);
  let rest = frame.subarray(bodyEnd);
  if (random.chance(0.15)) {
    body = noise(random);
    head = Buffer.from(frame.subarray(0, HEAD));
    head.writeUInt32LE(0, 8);
    rest = Buffer.alloc(0);
  } else if (random.chance(0.9)) {
    for (let i = random.skewed(1, 6); i > 0; i--) body = spoil(random, body, random.pick(frames));
  }
  head.writeUInt32LE(body.length, 4);
  const whole = Buffer.concat([head, body, rest]);
  return random.chance(0.15) ? spoil(random, whole, frame) : whole;
}
