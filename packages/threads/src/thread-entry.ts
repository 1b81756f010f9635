/**
 * The entry module of a Thread's worker.
 *
 *   begin ─▶ target loaded ─▶ (a Timer waits) ─▶ called ─▶ ended: reported, and removed from the registry
 *                                                           ├▶ its output has been passed on: reported
 *                                                           └▶ timers and tasks that it left continue, then the worker ends
 */
import { receiveMessageOnPort, threadId, workerData, type Transferable } from 'node:worker_threads';
import { ProxyCalls, RunningTask, postOutcome, whileImporting } from '@heddle/engine/worker';
import { internalFrames } from '@heddle/futures/worker';
import {
  decodeValue,
  encodeValue,
  loadClasses,
  loadFunction,
  takePendingLoads,
  type ProxyCaller,
  type LoadedFunction,
} from '@heddle/serialization/worker';
import { begins } from './thread-delay.js';
import type { BeginMessage, ThreadWorkerData, ToStarter, ToThread } from './thread-protocol.js';
import { registry } from './thread-registry.js';
import { threadState } from './thread-state.js';

internalFrames.add(import.meta.url, 'threads/dist/bundle/');

/** Node's own exit code of a program that waits for something that can never happen. */
const unsettled = 13;

const { place, port } = workerData as ThreadWorkerData;
const begin = (receiveMessageOnPort(port) as { message: BeginMessage }).message;
let isSettled = false;
/** Whether only threads that the program need not wait for keep this worker. */
let isIdle = false;
let isToldNeeded = !begin.daemon;
/** Whether the starter still has to read output of the target; its event loop passes it on. */
let isPrinting = false;

/** Only caller proxies use it, since a thread is not a task. */
const caller = new RunningTask({ workerId: 0, watching: () => undefined, report: () => undefined }, 0, 1, begin.name, 1);
const proxyCalls = new ProxyCalls({ endpoint: { destination: 'thread', post }, awaits: () => undefined, resumes: () => undefined });

function post(message: ToStarter, transfer: readonly object[] = []): void {
  port.postMessage(message, transfer as readonly Transferable[]);
}

function settle(hasFailed: boolean, value: unknown): void {
  if (isSettled) return;
  isSettled = true;
  caller.isEnded = true;
  caller.proxyCalls?.end();
  const printing = [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0);
  isPrinting = printing.length > 0;
  threadState.onNeeded?.();
  postOutcome({ hasFailed, value }, hasFailed ? 'thrown value' : 'result', 'thread', (status, wireValue, transfer) => {
    post({ kind: 'ended', status, value: wireValue, isPrinting }, transfer);
  });
  port.unref();
  registry.remove(place);
  if (isPrinting) void whenRead(printing);
}

async function whenRead(streams: readonly NodeJS.WriteStream[]): Promise<void> {
  await Promise.all(
    streams.map(
      async (stream) =>
        new Promise((resolve) => {
          stream.write('', resolve);
        }),
    ),
  );
  isPrinting = false;
  post({ kind: 'printed' });
  threadState.onNeeded?.();
}

async function run({ target, boundFunction, args: wireArgs, isEncoded, delay }: BeginMessage): Promise<unknown> {
  const proxyCaller: ProxyCaller = { call: (...call) => proxyCalls.of(caller).call(...call) };
  for (const each of [boundFunction, isEncoded ? wireArgs : undefined]) {
    const classes = loadClasses(each);
    if (classes !== undefined) await whileImporting(classes);
  }
  const loading = loadFunction(target);
  const loaded = typeof loading === 'function' ? loading : await whileImporting(loading);
  const fn = boundFunction === undefined ? loaded : (decodeValue(boundFunction, 'code', proxyCaller) as LoadedFunction);
  const args = (isEncoded ? decodeValue(wireArgs, 'code', proxyCaller) : wireArgs) as unknown[];
  const loads = takePendingLoads();
  if (loads !== undefined) await whileImporting(loads);
  if (delay !== undefined && !begins(delay)) return undefined;
  return await fn(...args);
}

threadState.here = { place, facts: { name: begin.name, ident: threadId, daemon: begin.daemon, isPooled: false, starter: begin.starter } };
threadState.onNeeded = () => {
  const isNeeded = (!begin.daemon && !isIdle) || isPrinting || [...threadState.started].some((worker) => worker.isNeeded);
  if (isNeeded === isToldNeeded) return;
  isToldNeeded = isNeeded;
  post({ kind: 'needed', isNeeded });
};
threadState.reportUp = ({ thread, error, ...about }) => {
  const { value: context } = encodeValue({ thread, ...about }, 'thread', false, 'thread');
  postOutcome({ hasFailed: true, value: error }, 'thrown value', 'thread', (status, value) => {
    post({ kind: 'below', context, status, value });
  });
};

process.on('uncaughtExceptionMonitor', (error) => {
  if (process.listenerCount('uncaughtException') > 0) return; // a listener of the user handles the error
  if (!isSettled) settle(true, error);
  else
    postOutcome({ hasFailed: true, value: error }, 'thrown value', 'thread', (status, value) => {
      post({ kind: 'failed', status, value });
    });
});
process.on('beforeExit', () => {
  if (!isSettled) {
    process.exitCode = unsettled;
    return;
  }
  if (threadState.started.size === 0) return;
  isIdle = true;
  threadState.onNeeded?.();
  for (const worker of threadState.started) worker.hold();
});
process.on('exit', () => {
  registry.remove(place);
});

if (begin.hasCallerObjects) {
  port.on('message', (message: ToThread) => {
    if (Array.isArray(message)) proxyCalls.answered(message[1], message[2], message[3]);
  });
}
// This is not awaited at the top level: V8 ends the whole process when a thread is stopped while an async module
// begins.
run(begin).then(
  (value) => {
    settle(false, value);
  },
  (error: unknown) => {
    settle(true, error);
  },
);
