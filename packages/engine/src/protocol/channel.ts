/**
 * The connection with a worker, and all that the engine knows of it. The caller's end is a Channel, the worker's end an
 * Endpoint.
 *
 *   caller                                        worker
 *   WorkerPool ── Channel.post ──────────────▶ Endpoint.listen ── serveWorker
 *             ◀── ChannelEvents.message ────── Endpoint.post
 *
 * Messages arrive whole, once, and in the order of posting. After `exit` no message arrives.
 */
import type { Destination } from '@heddle/serialization';
import type { CallerLedger, WorkerLedger } from './ledger.js';
import * as wire from './wire.js';
import type { StartFunction, ToCaller, ToWorker } from './wire.js';

/** How a worker ended. */
export interface WorkerExit {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly pid?: number | undefined;
  /** The error that ended the worker, where it is known: an uncaught exception, or that it ran out of memory. */
  readonly error?: unknown;
  /**
   * The worker never began, and another one would not begin now either. `short`: the system lacks files, memory or
   * processes, which it may have again. `never`: the system cannot meet the pool's options.
   */
  readonly refused?: 'short' | 'never' | undefined;
}

/** The events that a channel reports to the engine. */
export interface ChannelEvents {
  message(message: ToCaller): void;
  /** Called once, after the last message. */
  exit(exit: WorkerExit): void;
}

/** The caller's end of the connection with one worker. */
export interface Channel {
  readonly ledger: CallerLedger;
  /**
   * Posts a message to the worker.
   *
   * @param transfer - objects to move rather than copy
   * @param isLive - whether the message refers to the user's own objects, which may change once this returns
   * @throws when the message cannot be cloned; nothing was sent then
   */
  post(message: ToWorker, transfer?: readonly object[], isLive?: boolean): void;
  /**
   * Delivers the messages that have already arrived, and an end that the worker has announced, now rather than from the
   * event loop.
   */
  receive?(): void;
  /**
   * Does the work that is not urgent, now rather than from the event loop. It reports a worker that has ended without a
   * message, and passes on what the worker has printed.
   *
   * @returns whether there was much to do; then call it again soon
   */
  probe?(): boolean;
  /** Makes the connection keep the program alive; `unref` undoes that. */
  ref(): void;
  unref(): void;
  /**
   * Ends the worker at once, even while it runs tasks. `exit` is called as for any end.
   *
   * @param signal - the signal to send, where workers are processes
   */
  terminate(signal?: NodeJS.Signals): void;
}

/** The data that a worker is started with. All of it can be cloned. */
export interface WorkerStart {
  readonly workerId: number;
  readonly name: string;
  readonly initializer: StartFunction | undefined;
  /** Runs before the worker ends, when it is told to. */
  readonly finalizer: StartFunction | undefined;
  /** Run after the initializer: what was broadcast for workers that start later. */
  readonly broadcasts: readonly StartFunction[];
}

/** A message that asks for nothing. A channel can post it to learn from its delivery whether there is a worker. */
export const probeMessage: ToWorker = [wire.probe];

/** Starts a worker. */
export type OpenChannel = (start: WorkerStart, events: ChannelEvents) => Channel;

/** The worker's end. */
export interface Endpoint {
  readonly ledger: WorkerLedger;
  readonly destination: Destination;
  /** Posts a message, and rings through the ledger. */
  post(message: ToCaller, transfer?: readonly object[]): void;
  /** Calls `handler` for each message, from the event loop. */
  listen(handler: (message: ToWorker) => void): void;
  /** Returns the next message that has already arrived. Without this method the worker never spins. */
  receive?(): ToWorker | undefined;
  /**
   * Sleeps until a message may have arrived, or for less. It is for a task that blocks; without this method no task
   * can.
   *
   * @param seen - the value of the ledger's bell before the worker looked for messages
   */
  sleep?(seen: number, timeoutMs: number): void;
  /** Ends the worker after what it has posted is sent. */
  exit(): void;
  /** The worker cannot continue: reports the error, as far as that is possible, and ends the worker. */
  fail(error: unknown): void;
  /** Called when the worker is about to end: it posts nothing after this returns. */
  ends?(exitCode: number): void;
  /** Called now and then between tasks. Returns whether the worker should be replaced. */
  isWorn?(): boolean;
}
