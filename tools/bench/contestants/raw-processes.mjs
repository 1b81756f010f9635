// The platform's limits for processes: child_process by hand, with nothing that makes it a pool.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { frameOf, frameReader } from '../src/frames.mjs';
import { batchesOn, poolOn } from '../src/line.mjs';

/** @import { ChildProcess, SerializationType } from 'node:child_process' */
/** @import { Socket } from 'node:net' */
/** @import { Contestant, Open, OpenPool, TaskName } from '../types.d.ts' */
/** @import { Line } from '../src/line.mjs' */

const BATCH = 256;

/** @param {string} file */
const inWorkers = (file) => fileURLToPath(new URL(`./workers/${file}`, import.meta.url));

/** @param {ChildProcess} child */
const ended = async (child) => {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
};

/** @param {TaskName} task @param {SerializationType} serialization */
const forked = (task, serialization) => fork(inWorkers('raw-fork.mjs'), [task], { serialization });

/** @param {ChildProcess} child @returns {Line} */
const overIpc = (child) => ({
  post: (message) => void child.send(/** @type {any} */ (message)),
  listen: (listener) => void child.removeAllListeners('message').on('message', listener),
  close: () => ended(child),
});

/** @param {string} file @param {readonly string[]} args */
const piped = (file, args) => {
  const child = spawn(process.execPath, [...process.execArgv, inWorkers(file), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  return { child, pipe: /** @type {Socket} */ (child.stdio[3]) };
};

/** @param {TaskName} task @param {readonly string[]} [more] @returns {Line} */
const overPipe = (task, more = []) => {
  const { child, pipe } = piped('raw-pipe.mjs', [task, ...more]);
  /** @type {(message: any) => void} */
  let heard = () => {};
  pipe.on(
    'data',
    frameReader((message) => heard(message)),
  );
  return {
    post: (message) => void pipe.write(frameOf(message)),
    listen: (listener) => void (heard = listener),
    close: () => ended(child),
  };
};

/** The bytes of an array alone, one after the other; the child says how many it has in its memory. @returns {OpenPool} */
const openBytes = () => {
  const { child, pipe } = piped('raw-bytes.mjs', []);
  /** @type {(bytes: number) => void} */
  let arrived = () => {};
  pipe.on('data', (answer) => arrived(answer.readUInt32LE(0)));
  return {
    submit: (argument) =>
      new Promise((resolve) => {
        const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = /** @type {Float64Array} */ (argument);
        arrived = (bytes) => resolve(bytes / BYTES_PER_ELEMENT);
        const head = Buffer.allocUnsafe(4);
        head.writeUInt32LE(byteLength, 0);
        pipe.write(head);
        pipe.write(new Uint8Array(buffer, byteOffset, byteLength));
      }),
    close: () => ended(child),
  };
};

/**
 * What anybody writes first: when the child dies, what it had begun has failed, and another child gets the rest.
 * @type {Open}
 */
const openAgain = ({ task }) => {
  /** @type {{ argument: any, resolve: (value: any) => void, reject: (error: Error) => void }[]} */
  const waiting = [];
  // A child that has just died is not known to be dead yet: what is sent to it is sent again.
  const send = (/** @type {any} */ argument) => void child.send(argument, () => {});
  const start = () => {
    const next = forked(task, 'json');
    next.on('message', (value) => waiting.shift()?.resolve(value));
    next.once('exit', (_, signal) => {
      waiting.shift()?.reject(new Error(`the child died of ${signal}`));
      child = start();
      for (const { argument } of waiting) send(argument);
    });
    return next;
  };
  let child = start();
  return {
    submit: (argument) =>
      new Promise((resolve, reject) => {
        waiting.push({ argument, resolve, reject });
        send(argument);
      }),
    close: () => ended(child.removeAllListeners('exit')),
  };
};

/** @param {(task: TaskName) => Line} connect @returns {NonNullable<Contestant['load']>} */
const poolOver =
  (connect) =>
  async () =>
  ({ task, workers }) =>
    poolOn(Array.from({ length: workers }, () => connect(task)));

/** @type {Contestant[]} */
export const contestants = [
  { name: 'fork-json', kind: 'limit', about: 'fork and send by hand', load: poolOver((task) => overIpc(forked(task, 'json'))) },
  {
    name: 'fork-advanced',
    kind: 'limit',
    about: "the same, serialization: 'advanced'",
    load: poolOver((task) => overIpc(forked(task, 'advanced'))),
  },
  { name: 'fork-again', kind: 'limit', about: 'fork and send by hand, forked again when it dies', load: async () => openAgain },
  { name: 'pipe', kind: 'limit', about: 'v8.serialize over a pipe by hand, one frame a task', load: poolOver((task) => overPipe(task)) },
  {
    name: 'pipe-256',
    kind: 'limit',
    about: 'the same, 256 tasks a frame',
    load: async () => () => batchesOn(overPipe('addOne', ['batches']), BATCH),
  },
  {
    name: 'pipe-bytes',
    kind: 'limit',
    about: 'a bare pipe: the bytes alone, acknowledged when they are in memory',
    load: async () => openBytes,
  },
];
