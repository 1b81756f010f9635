/**
 * A channel to a worker thread: a MessagePort of its own, so that a task that uses `parentPort` disturbs nobody.
 *
 * Beside the engine's messages, which are arrays, the worker tells of the Threads that its tasks have started. They are
 * its children, and go with it: so it stays while the program must not end before one of them, though the engine has let it go.
 *
 *   ThreadsNews  needed      it must not end now
 *                notNeeded
 *                left        it was told to stop: to the engine it has ended
 */
import { MessageChannel, Worker, receiveMessageOnPort, type MessagePort, type Transferable, type WorkerOptions } from 'node:worker_threads';
import { SharedBell, SharedCallerLedger, createPoolMemory, internalFrames, isShortage, probeMessage } from '@heddle/engine';
import type {
  Bell,
  Channel,
  ChannelEvents,
  OpenChannel,
  SharedLedgerMemory,
  ToCaller,
  ToWorker,
  WorkerExit,
  WorkerStart,
} from '@heddle/engine';
import { ownIdent, registry, unknownIdent, type ThreadPlace } from './thread-registry.js';

/** Of a worker whose tasks have started Threads. */
export type ThreadsNews = 'needed' | 'notNeeded' | 'left';

/** What the worker's entry module finds as `workerData`. */
export interface ThreadData {
  readonly start: WorkerStart;
  readonly memory: SharedLedgerMemory;
  readonly port: MessagePort;
  /** Its own; `undefined` when there are too many threads to be counted. */
  readonly place: ThreadPlace | undefined;
  /** The ident of the thread whose pool it is. */
  readonly starter: number;
  /** Bytes of its heap, and beside it, beyond which it asks to be replaced. */
  readonly maxMemory: number | undefined;
}

/** The options of a worker thread that users may set. */
export type ThreadChannelOptions = Pick<WorkerOptions, 'resourceLimits' | 'execArgv' | 'env'> & { readonly maxMemory?: number };

/** How long after its port's end a thread's own is waited for: one that ends closes its port a moment before. */
const lostMs = 250;

/** worker-entry.ts and all it imports in one file, made by the build: see tools/bundle.mjs. */
const entry = new URL('./worker.cjs', import.meta.url);

internalFrames.add(import.meta.url, 'threads/dist/bundle/');

class ThreadChannel implements Channel {
  readonly ledger: SharedCallerLedger;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #events: ChannelEvents;
  #error: unknown;
  readonly #place: ThreadPlace | undefined;
  readonly #ident: number;
  #isTerminated = false;
  /** Whether the engine wants it to keep the program alive. */
  #isReferenced = true;
  /** Whether Threads in it want that. */
  #isNeeded = false;
  /** Whether the engine was told that it has ended. */
  #isToldOver = false;
  #isOver = false;
  /** Messages of the engine's told. */
  #received = 0;
  /** performance.now() since when nobody is at the other end of the port. */
  #lostSince: number | undefined;

  constructor(start: WorkerStart, events: ChannelEvents, options: ThreadChannelOptions, poolMemory: SharedArrayBuffer) {
    this.ledger = new SharedCallerLedger(poolMemory);
    const { port1, port2 } = new MessageChannel();
    this.#place = registry.add({ name: start.name, ident: unknownIdent, daemon: false, isPooled: true, starter: ownIdent });
    const { maxMemory, ...workerOptions } = options;
    const workerData: ThreadData = { start, memory: this.ledger.memory, port: port2, place: this.#place, starter: ownIdent, maxMemory };
    this.#port = port1;
    this.#events = events;
    try {
      this.#worker = new Worker(entry, { ...workerOptions, name: start.name, workerData, transferList: [port2] });
    } catch (problem) {
      if (this.#place !== undefined) registry.remove(this.#place);
      throw problem;
    }
    this.#ident = this.#worker.threadId;
    if (this.#place !== undefined) registry.setIdent(this.#place, this.#ident);
    port1.on('message', (message: ToCaller | ThreadsNews) => {
      this.#told(message);
    });
    port1.on('messageerror', (error: Error) => {
      this.#error ??= error;
      this.terminate();
    });
    let lost: ReturnType<typeof setTimeout> | undefined;
    port1.on('close', () => {
      if (this.#isOver || this.#isToldOver) return;
      // Nothing can come from it any more, and something may keep it alive: nobody would ever hear of its tasks.
      lost = setTimeout(() => {
        this.#error ??= new Error('it closed its channel');
        this.terminate();
      }, lostMs);
    });
    this.#worker.on('error', (error: unknown) => {
      this.#error = error;
    });
    this.#worker.on('exit', (exitCode) => {
      clearTimeout(lost);
      this.#ended(exitCode);
    });
  }

  post(message: ToWorker, transfer?: readonly object[]): void {
    if (transfer === undefined || transfer.length === 0) this.#port.postMessage(message);
    else this.#port.postMessage(message, transfer as readonly Transferable[]);
  }

  receive(): void {
    while (this.ledger.posted !== this.#received && this.#receiveOne());
    const { exitCode } = this.ledger;
    if (exitCode !== undefined) this.#ended(exitCode);
  }

  probe(): boolean {
    if (!isHeard(this.#port) && (arePortsHeard ??= tryPorts())) this.#lost();
    this.ledger.ring(); // it counts as a message
    return false;
  }

  /** Nobody is at the other end: the worker has ended, or is about to say so. */
  #lost(): void {
    this.#receiveAll();
    this.#lostSince ??= performance.now();
    if (performance.now() - this.#lostSince < lostMs) return;
    this.#error ??= new Error('it ended without a word, as at its memory limit (resourceLimits), or closed its channel');
    this.terminate();
    this.#ended(undefined);
  }

  #receiveAll(): void {
    while (this.#receiveOne());
  }

  #receiveOne(): boolean {
    const next = receiveMessageOnPort(this.#port);
    if (next !== undefined) this.#told(next.message as ToCaller | ThreadsNews);
    return next !== undefined;
  }

  ref(): void {
    this.#isReferenced = true;
    this.#keep();
  }

  unref(): void {
    this.#isReferenced = false;
    this.#keep();
  }

  terminate(): void {
    if (this.#isTerminated || this.#isToldOver) return; // each call would add a listener of Node's
    this.#isTerminated = true;
    void this.#worker.terminate();
  }

  #told(message: ToCaller | ThreadsNews): void {
    if (typeof message !== 'string') {
      this.#received += 1;
      this.#events.message(message);
    } else if (message === 'left') {
      if (this.#place !== undefined) registry.remove(this.#place);
      this.#over({ exitCode: 0 });
    } else {
      this.#isNeeded = message === 'needed';
      this.#keep();
    }
  }

  /** Node tells it, or the worker did. */
  #ended(exitCode: number | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiveAll();
    this.#port.close();
    registry.removeWithStarted(this.#place, this.#ident);
    const isRefused = (this.#error as { readonly code?: unknown } | undefined)?.code === 'ERR_WORKER_INIT_FAILED';
    this.#over({ exitCode, error: this.#error, ...(isRefused && isShortage(this.#error) ? { refused: 'short' as const } : {}) });
  }

  #over(exit: WorkerExit): void {
    if (this.#isToldOver) return;
    this.#isToldOver = true;
    this.#events.exit(exit);
    this.unref();
  }

  /* Both: the port closes before the worker's exit is told. */
  #keep(): void {
    const isKept = this.#isReferenced || this.#isNeeded;
    for (const each of [this.#port, this.#worker]) {
      if (isKept) each.ref();
      else each.unref();
    }
  }
}

/** Whether ports tell if they are heard: Node's do, which is not in its documentation; others may not. Known when it is needed. */
let arePortsHeard: boolean | undefined;

function tryPorts(): boolean {
  const { port1, port2 } = new MessageChannel();
  const isTold = isHeard(port1);
  port1.close();
  port2.close();
  return isTold;
}

/** Whether there is somebody at the other end of a port. */
function isHeard(port: MessagePort): boolean {
  return (port as unknown as { postMessage(message: unknown): unknown }).postMessage(probeMessage) === true;
}

/** Opens channels to the threads of one pool; they ring its bell. */
export function threadChannels(options: ThreadChannelOptions): { readonly open: OpenChannel; readonly bell: Bell } {
  const poolMemory = createPoolMemory();
  return {
    open: (start, events) => new ThreadChannel(start, events, options, poolMemory),
    bell: new SharedBell(poolMemory),
  };
}
