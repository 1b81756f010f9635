/** The entry module of a thread of a pool. */
import { getHeapStatistics } from 'node:v8';
import { receiveMessageOnPort, threadId, workerData, type Transferable } from 'node:worker_threads';
import type { Endpoint, ToCaller, ToWorker } from '@heddle/engine';
import { SharedWorkerLedger, crashMessage, serveWorker } from '@heddle/engine/worker';
import { internalFrames } from '@heddle/futures/worker';
import type { ThreadData, ThreadsNews } from './thread-channel.js';
import { threadState } from './thread-state.js';

internalFrames.add(import.meta.url, 'threads/dist/bundle/');

/** The shortest time between two looks at the memory. */
const memoryCheckMs = 25;

const { start, memory, port, place, starter, maxMemory } = workerData as ThreadData;
/** Whether a Thread that a task has started must not end with this worker. */
let isNeeded = false;
/** Whether the worker was told to stop, and only Threads keep it. */
let hasLeft = false;

if (place !== undefined) threadState.here = { place, facts: { name: start.name, ident: threadId, daemon: false, isPooled: true, starter } };
threadState.onNeeded = () => {
  const is = [...threadState.started].some((worker) => worker.isNeeded);
  if (is === isNeeded) return;
  isNeeded = is;
  tell(is ? 'needed' : 'notNeeded');
  if (hasLeft && !is) process.exit(0);
};

function tell(news: ThreadsNews): void {
  port.postMessage(news);
}

const ledger = new SharedWorkerLedger(memory);

const postMessage = port.postMessage.bind(port) as (message: ToCaller, transfer?: readonly Transferable[]) => unknown;
/**
 * Whether `postMessage` of a port tells if the port is open. Node's does, without documentation; other runtimes may
 * not.
 */
let isTold = false;

/**
 * @throws Error when a task has closed the port. The caller learns of that only when this event loop turns, and the
 *   next task may never return to it
 */
function post(message: ToCaller, transfer?: readonly object[]): void {
  const told = transfer === undefined ? postMessage(message) : postMessage(message, transfer as readonly Transferable[]);
  if (told !== undefined) isTold = true;
  else if (isTold) throw new Error('it closed its channel');
  ledger.posted();
}

/** Reports to the caller an error that ends the thread. @returns false when the report cannot reach the caller */
function tellCrash(error: unknown): boolean {
  try {
    post(crashMessage(error, 'thread'));
    return true;
  } catch {
    return false;
  }
}

/** How many messages this worker has taken. */
let taken = 0;

/** Reads the bell before the port, since a look at an empty port costs as much as taking a message. */
function receive(): ToWorker | undefined {
  if (ledger.bell() === taken) return undefined;
  const next = receiveMessageOnPort(port) as { message: ToWorker } | undefined;
  if (next !== undefined) taken += 1;
  return next?.message;
}

/**
 * Checks now and then whether the thread has more memory than it may: V8's heap, garbage included, and the memory
 * beside it.
 */
function memoryWatch(most: number): () => boolean {
  let lookedAt = 0;
  return () => {
    const now = performance.now();
    if (now - lookedAt < memoryCheckMs) return false;
    lookedAt = now;
    const { used_heap_size: used, external_memory: external } = getHeapStatistics();
    return used + external > most;
  };
}

const endpoint: Endpoint = {
  ledger,
  destination: 'thread',
  post,
  listen: (handler: (message: ToWorker) => void) => {
    port.on('message', (message: ToWorker) => {
      taken += 1;
      handler(message);
    });
    port.on('messageerror', (error: Error) => {
      throw error;
    });
  },
  receive,
  sleep: (seen: number, timeoutMs: number) => {
    ledger.sleep(seen, timeoutMs);
  },
  exit: () => {
    if (isNeeded) {
      hasLeft = true;
      tell('left');
      return;
    }
    port.close();
    process.exit(0); // also where a task has left something open that would keep the thread alive
  },
  fail: (error: unknown) => {
    if (!tellCrash(error)) {
      process.once('exit', () => {
        throw error;
      }); // Node reports this error to the caller
    }
    process.exit(1);
  },
  ends: (exitCode: number) => {
    ledger.ends(exitCode);
  },
  ...(maxMemory === undefined ? {} : { isWorn: memoryWatch(maxMemory) }),
};

// Node reports the error to the caller, too, but not while the caller blocks.
process.on('uncaughtExceptionMonitor', (error) => {
  if (process.listenerCount('uncaughtException') === 0) tellCrash(error);
});

// This is not awaited at the top level: V8 ends the whole process when a thread is stopped while an async module
// begins.
void serveWorker(start, endpoint);
