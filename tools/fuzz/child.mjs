/**
 * Decodes spoiled messages: `node child.mjs SEED FIRST COUNT FILE`. Which one it is at stands in FILE, as text, before it begins: when
 * this process dies of it, or never ends, others can tell. Prints what came of them as JSON.
 */
import { openSync, writeSync } from 'node:fs';
import { decodeValue } from '@heddle/serialization';
import { FrameReader } from '@heddle/serialization/frames';
import { Random } from '../chaos/random.mjs';
import { frames, NONCE } from './frames.mjs';
import { mutated } from './mutate.mjs';

/** One message may take so long, with a garbage collection amid it on a busy machine. */
const MOST_MS = 3_000;
/** And so much memory, beside a multiple of its own size: a part of a frame is collected in 16 MiB at first, holes may take 32. */
const MOST_MEMORY = 96 * 2 ** 20;
const MEMORY_PER_BYTE = 200;
const BUILT_IN = [
  Object,
  Array,
  Function,
  Map,
  Set,
  Date,
  RegExp,
  Error,
  TypeError,
  String,
  Number,
  Boolean,
  BigInt,
  Promise,
  Uint8Array,
  ArrayBuffer,
].flatMap((each) => [each, each.prototype]);

const [, , seed = '', first = '0', count = '1', file] = process.argv;
const at = file === undefined ? undefined : openSync(file, 'w');
const untouched = shape();
const found = { values: 0, refused: 0, notRebuilt: 0, slowestMs: 0, mostMemory: 0, problems: /** @type {string[]} */ ([]) };

/** All that hangs on built-ins and their prototypes. */
function shape() {
  return BUILT_IN.map((each) => [...Reflect.ownKeys(each).map(String), Object.getPrototypeOf(each) === null].join()).join('\n');
}

function memory() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** @param {Buffer} bytes @param {Random} random */
function decode(bytes, random) {
  const pieceSize = random.pick([1_000_000, 4096, 100, 7]);
  const reader = new FrameReader(NONCE, (message) => {
    try {
      decodeValue(message);
      found.values++;
    } catch (error) {
      if (error?.code !== 'HEDDLE_SERIALIZATION') throw new Error(`rebuilding it threw ${error}`, { cause: error });
      found.notRebuilt++;
    }
  });
  try {
    for (let start = 0; start < bytes.length; start += pieceSize) reader.push(bytes.subarray(start, start + pieceSize));
  } catch (error) {
    if (error?.code !== 'HEDDLE_SERIALIZATION') return `threw ${error}`;
    found.refused++;
  }
  return undefined;
}

for (let i = Number(first); i < Number(first) + Number(count); i++) {
  if (at !== undefined) writeSync(at, `${String(i).padEnd(12)}`, 0);
  const random = new Random(`${seed}/${i}`);
  const bytes = mutated(random, frames);
  const before = memory();
  const startMs = performance.now();
  const threw = decode(bytes, random);
  const tookMs = performance.now() - startMs;
  const taken = memory() - before;
  found.slowestMs = Math.max(found.slowestMs, tookMs);
  found.mostMemory = Math.max(found.mostMemory, taken);
  const problems = [
    threw,
    tookMs > MOST_MS ? `took ${Math.round(tookMs)} ms` : undefined,
    taken > MOST_MEMORY + bytes.length * MEMORY_PER_BYTE ? `${bytes.length} bytes took ${Math.round(taken / 2 ** 20)} MiB` : undefined,
    i % 10 === 0 || {}.polluted !== undefined ? polluted() : undefined,
  ];
  for (const problem of problems) if (problem !== undefined) found.problems.push(`message ${seed}/${i} ${problem}`);
}

function polluted() {
  return shape() === untouched ? undefined : 'or one of the ten before changed a built-in prototype';
}

const last = polluted();
if (last !== undefined) found.problems.push(`message ${seed}/${first} and later ${last}`);
console.log(JSON.stringify(found));
