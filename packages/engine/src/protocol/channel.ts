/**
 * The only things the engine knows of a worker: the caller's end is a Channel, the worker's end an Endpoint.
 *
 *   caller                                        worker
 *   WorkerPool ── Channel.post ──────────────▶ Endpoint.listen ── serveWorker
 *             ◀── ChannelEvents.message ────── Endpoint.post
 *
 * Messages arrive whole, once, and in the order of posting. After `exit` no message arrives.
 */
import type { FunctionDescriptor, Reach } from '@heddle/serialization';
import type { CallerLedger, WorkerLedger } from './ledger.js';
import * as wire from './wire.js';
import type { ToCaller, ToWorker } from './wire.js';

/** How a worker ended. */
export interface WorkerExit {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly pid?: number | undefined;
  /** What ended it, where that is known: an uncaught exception, running out of memory. */
  readonly error?: unknown;
  /**
   * The worker never began, and no other one will now: `short` of something the system may have again (files, memory,
   * processes), or `never`, since the pool's options can't be met.
   */
  readonly refused?: 'short' | 'never' | undefined;
}

/** What a channel tells. */
export interface ChannelEvents {
  message(message: ToCaller): void;
  /** Called once, after the last message. */
  exit(exit: WorkerExit): void;
}

/** The caller's end of the connection with one worker. */
export interface Channel {
  readonly ledger: CallerLedger;
  /**
   * @param transfer - objects to move rather than copy
   * @param isLive - whether the message refers to the user's own objects: they may change once this returns
   * @throws when the message can't be cloned; nothing was sent then
   */
  post(message: ToWorker, transfer?: readonly object[], isLive?: boolean): void;
  /** Tells the messages that are there already, and an end that the worker has announced, now rather than from the event loop. */
  receive?(): void;
  /**
   * Does, now rather than from the event loop, what is not urgent: looks whether the worker has ended without a word, and tells
   * so; passes on what it has printed.
   *
   * @returns whether there was much to do: then ask again soon
   */
  probe?(): boolean;
  /** Whether the connection keeps the program alive. */
  ref(): void;
  unref(): void;
  /**
   * Ends the worker at once, whatever it does; `exit` is told as ever.
   *
   * @param signal - how, where workers are processes
   */
  terminate(signal?: NodeJS.Signals): void;
}

/** What a worker is started with. Everything in it can be cloned. */
export interface WorkerStart {
  readonly workerId: number;
  readonly name: string;
  readonly initializer:
    { readonly fn: FunctionDescriptor; readonly own: unknown; readonly args: unknown; readonly encoded: boolean } | undefined;
}

/** A message that asks for nothing: for channels that learn from its fate whether there is a worker. */
export const probeMessage: ToWorker = [wire.probe];

/** Starts a worker. */
export type OpenChannel = (start: WorkerStart, events: ChannelEvents) => Channel;

/** The worker's end. */
export interface Endpoint {
  readonly ledger: WorkerLedger;
  readonly reach: Reach;
  /** Posts, and has the ledger tell so. */
  post(message: ToCaller, transfer?: readonly object[]): void;
  /** Calls back for each message, from the event loop. */
  listen(handler: (message: ToWorker) => void): void;
  /** The next message that is there already. Without it the worker never spins. */
  receive?(): ToWorker | undefined;
  /**
   * Sleeps until a message may be there, for a task that blocks; maybe for less. Without it none can.
   *
   * @param seen - what the ledger's bell told before messages were looked for
   */
  sleep?(seen: number, timeoutMs: number): void;
  /** Ends the worker in good order. */
  exit(): void;
  /** The worker can't go on: tells why, as far as it can, and ends it. */
  fail(error: unknown): void;
  /** The worker ends once this returns: nothing is posted any more. */
  ends?(exitCode: number): void;
  /** Asked now and then between tasks: whether the worker had better be replaced. */
  isWorn?(): boolean;
}
