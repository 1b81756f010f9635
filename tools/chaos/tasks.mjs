/** What runs in the workers. Each task first marks that it runs, so that the caller can count. */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { currentExecutor, currentTask } from '@heddle/futures';
import { tasksOf, transfer } from '@heddle/serialization';

/** @import { Marks } from './marks.mjs' */

/** @type {(id: number) => void} */
let mark = () => {
  throw new Error('the initializer did not run before this task');
};

/**
 * The initializer. It throws at the so-manieth start of a worker of this campaign.
 *
 * @param {Marks['forWorkers']} marks
 * @param {number} failsAt
 */
export function prepare(marks, failsAt) {
  if ('memory' in marks) {
    const words = new Int32Array(marks.memory);
    mark = (id) => void Atomics.add(words, 1 + id, 1);
    if (Atomics.add(words, 0, 1) + 1 === failsAt) throw new Error('the initializer fails');
  } else {
    const fd = openSync(marks.runs, 'a');
    mark = (id) => void writeSync(fd, `${id}\n`);
    const starts = openSync(marks.starts, 'a');
    writeSync(starts, '.');
    const count = fstatSync(starts).size;
    closeSync(starts);
    if (failsAt > 0 && count >= failsAt) throw new Error('the initializer fails');
  }
  globalThis.chaosMark = mark; // for functions that travel by their source
}

export function add(id, size) {
  mark(id);
  return id + size;
}

export function work(id, ms) {
  mark(id);
  for (const end = performance.now() + ms; performance.now() < end;);
  return id;
}

export async function sleep(id, ms) {
  mark(id);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return id;
}

/** @param {number} id @param {Uint8Array} bytes */
export function take(id, bytes) {
  mark(id);
  return [bytes.length, bytes[0], bytes[bytes.length >> 1], bytes[bytes.length - 1]].join();
}

export function make(id, size) {
  mark(id);
  return new Uint8Array(size).fill(id);
}

/** @param {number} id @param {Uint8Array} bytes */
export function move(id, bytes) {
  mark(id);
  return transfer(bytes);
}

const self = tasksOf(import.meta.url);

/** Submits tasks, and tells how each ended. */
export async function nest(id, count) {
  mark(id);
  const executor = currentExecutor();
  const futures = Array.from({ length: count }, (_, i) => executor.submit(self.add, id + 1 + i, 1));
  const outcomes = await Promise.allSettled(futures);
  return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason?.code ?? outcome.reason)));
}

const throwIt = (id) => {
  mark(id);
  throw Object.assign(new RangeError(`thrown by ${id}`), { id });
};
export { throwIt as throw };

const odd = [undefined, null, 0, '', NaN, false];
export function throwOdd(id, size) {
  mark(id);
  throw odd[size % odd.length];
}

export function unsendable(id, size) {
  mark(id);
  return size % 2 === 0 ? { deep: [new WeakRef({})] } : new WeakMap();
}

/** Its argument can't travel. */
export function refused(id) {
  mark(id);
}

export function disconnect(id) {
  mark(id);
  process.disconnect();
}

export function exit(id, code) {
  mark(id);
  process.exit(code);
}

export async function uncaught(id, ms) {
  mark(id);
  setTimeout(() => {
    throw new EvalError('thrown in a timer');
  }, ms % 5);
  await new Promise(() => undefined);
}

export function hoard(id) {
  mark(id);
  const all = [];
  // Arrays that are filled at once fill memory faster than Node 24 and 26 end a thread, or in a loop that they never end: a bare Worker's too.
  for (;;) all.push({ id, all, list: [all.length] });
}

export function crash(id, size) {
  mark(id);
  if (size % 2 === 0) process.abort();
  process.kill(process.pid, 'SIGSEGV');
  for (;;);
}

/** A descriptor of a process's channel; of a thread its port (also when something keeps it alive), or Node's. */
export async function closeChannel(id, part) {
  mark(id);
  if (part >= 3) closeSync(part);
  else if (part === 0) workerData.port.close();
  else if (part === 1) (await import('node:worker_threads')).parentPort?.close();
  else {
    setInterval(() => undefined, 1000);
    workerData.port.close();
  }
  return 'closed';
}

const broken = () => {
  throw new Error('this global is broken');
};
const spoils = [
  () => void (Array.prototype.push = broken),
  () => void (Array.prototype.slice = broken),
  () => void (Array.prototype.shift = broken),
  () => void (Map.prototype.delete = broken),
  () => void (Promise.prototype.then = broken),
  () => void (performance.now = broken),
];

export function corrupt(id, which) {
  mark(id);
  spoils[which]();
  return 'corrupted';
}

export function loop(id) {
  mark(id);
  for (;;);
}

export async function wait(id) {
  mark(id);
  setInterval(() => undefined, 1000);
  await new Promise(() => undefined);
}

const endOfYield = (id) => {
  mark(id);
  const { signal } = currentTask();
  return new Promise((resolve, reject) => {
    const alive = setInterval(() => undefined, 1000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      if (id % 2 === 0) resolve('gave way');
      else reject(signal.reason);
    });
  });
};
export { endOfYield as yield };
