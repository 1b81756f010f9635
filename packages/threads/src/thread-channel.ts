/**
 * A channel to a worker thread. It is a MessagePort of its own, so that it does not interfere with a task that uses
 * `parentPort`.
 *
 * Beside the engine's messages, which are arrays, the worker reports on the Threads that its tasks have started. They
 * are its children and end with it. The channel therefore keeps the worker while the program must not end before one of
 * them, even after the engine has retired it.
 *
 *   ThreadsNews  needed      the worker must not end now
 *                notNeeded
 *                left        the worker was told to stop: to the engine it has ended
 */
import {
  MessageChannel,
  receiveMessageOnPort,
  type MessagePort,
  type Transferable,
  type Worker,
  type WorkerOptions,
} from 'node:worker_threads';
import { SharedBell, SharedCallerLedger, createPoolMemory, explainDenied, internalFrames, isShortage, probeMessage } from '@heddle/engine';
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
import { ownFile, type OwnFile } from '@heddle/serialization/worker';
import { startWorker } from './start-worker.js';
import { ownIdent, registry, unknownIdent, type ThreadPlace } from './thread-registry.js';

/** News of a worker whose tasks have started Threads. */
export type ThreadsNews = 'needed' | 'notNeeded' | 'left';

/** The `workerData` of the worker's entry module. */
export interface ThreadData {
  readonly start: WorkerStart;
  readonly memory: SharedLedgerMemory;
  readonly port: MessagePort;
  /** The place of the worker in the registry; `undefined` when there were too many threads to enter it. */
  readonly place: ThreadPlace | undefined;
  /** The ident of the thread that owns the pool. */
  readonly starter: number;
  /** Bytes of the worker's heap, with the buffers beside it. A worker that has more asks to be replaced. */
  readonly maxMemory: number | undefined;
}

/** The options of a worker thread that users may set. */
export type ThreadChannelOptions = Pick<WorkerOptions, 'resourceLimits' | 'execArgv' | 'env'> & { readonly maxMemory?: number };

/**
 * How long the caller waits for the end of a thread after the end of its port. A thread that ends closes its port a
 * moment before.
 */
const lostMs = 250;

/** Returns the file that the build makes of worker-entry.ts and all its imports: see tools/bundle.mjs. */
const entry = (): OwnFile => ownFile('heddle-threads-worker.cjs', () => new URL('./heddle-threads-worker.cjs', import.meta.url));

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
  /** Whether the engine wants the worker to keep the program alive. */
  #isReferenced = true;
  /** Whether Threads in the worker have to keep the program alive. */
  #isNeeded = false;
  /** Whether the channel has reported the worker's end to the engine. */
  #isToldOver = false;
  #isOver = false;
  /** How many of the engine's messages were delivered. */
  #received = 0;
  /** The performance.now() at which the other end of the port was first found closed. */
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
      this.#worker = startWorker(entry(), { ...workerOptions, name: start.name, workerData, transferList: [port2] });
    } catch (problem) {
      if (this.#place !== undefined) registry.remove(this.#place);
      throw explainDenied(problem);
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
      // No message can come any more, and something may keep the thread alive: the outcomes of its tasks would never
      // arrive.
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
    this.ledger.ring(); // the probe counts as a message
    return false;
  }

  /** The other end of the port is closed: the worker has ended, or is about to report its end. */
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
    if (this.#isTerminated || this.#isToldOver) return; // each call would add a listener inside Node
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

  /** The worker has ended: Node has reported it, or the worker announced it. */
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

  /* Port and worker both, since the port closes before Node reports the worker's exit. */
  #keep(): void {
    const isKept = this.#isReferenced || this.#isNeeded;
    for (const each of [this.#port, this.#worker]) {
      if (isKept) each.ref();
      else each.unref();
    }
  }
}

/**
 * Whether `postMessage` of a port tells if the other end is open. Node's does, without documentation; other runtimes
 * may not. Found out on first use.
 */
let arePortsHeard: boolean | undefined;

function tryPorts(): boolean {
  const { port1, port2 } = new MessageChannel();
  const isTold = isHeard(port1);
  port1.close();
  port2.close();
  return isTold;
}

/** Returns whether the other end of a port is open. */
function isHeard(port: MessagePort): boolean {
  return (port as unknown as { postMessage(message: unknown): unknown }).postMessage(probeMessage) === true;
}

/** Opens channels to the threads of one pool, which ring the pool's bell. */
export function threadChannels(options: ThreadChannelOptions): { readonly open: OpenChannel; readonly bell: Bell } {
  const poolMemory = createPoolMemory();
  return {
    open: (start, events) => new ThreadChannel(start, events, options, poolMemory),
    bell: new SharedBell(poolMemory),
  };
}
