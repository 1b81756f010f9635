/**
 * The only things the engine knows of a worker: the caller's end is a Channel, the worker's end an Endpoint.
 *
 *   caller                                        worker
 *   WorkerPool ── Channel.post ──────────────▶ Endpoint.listen ── serveWorker
 *             ◀── ChannelEvents.message ────── Endpoint.post
 *
 * Messages arrive whole, once, and in the order of posting. After `exit` no message arrives.
 */
import type { FunctionDescriptor } from '@heddle/serialization';
import type { ToCaller, ToWorker } from './wire.js';

/** How a worker ended. */
export interface WorkerExit {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly pid?: number | undefined;
  /** What ended it, where that is known: an uncaught exception, running out of memory. */
  readonly error?: unknown;
}

/** What a channel tells. */
export interface ChannelEvents {
  message(message: ToCaller): void;
  /** Called once, after the last message. */
  exit(exit: WorkerExit): void;
}

/** The caller's end of the connection with one worker. */
export interface Channel {
  /** @throws when the message can't be cloned; nothing was sent then */
  post(message: ToWorker, transfer?: readonly object[]): void;
  /** Tells the messages that are there already, now rather than from the event loop. */
  receive?(): void;
  /** Whether the connection keeps the program alive. */
  ref(): void;
  unref(): void;
  /** Ends the worker at once, whatever it does; `exit` is told as ever. */
  terminate(): void;
}

/** What a worker is started with. Everything in it can be cloned or shared. */
export interface WorkerStart {
  readonly workerId: number;
  readonly name: string;
  /** See control.ts. */
  readonly control: SharedArrayBuffer;
  /** Shared by the workers of a pool; see control.ts. */
  readonly poolControl: SharedArrayBuffer;
  readonly initializer: { readonly fn: FunctionDescriptor; readonly args: unknown; readonly encoded: boolean } | undefined;
}

/** Starts a worker. */
export type OpenChannel = (start: WorkerStart, events: ChannelEvents) => Channel;

/** The worker's end. */
export interface Endpoint {
  post(message: ToCaller, transfer?: readonly object[]): void;
  /** Calls back for each message, from the event loop. */
  listen(handler: (message: ToWorker) => void): void;
  /** The next message that is there already. Without it the worker never spins. */
  receive?(): ToWorker | undefined;
  /** Ends the worker in good order. */
  exit(): void;
}
