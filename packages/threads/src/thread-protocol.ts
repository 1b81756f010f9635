/** The messages between a Thread's worker and its starter, on a port of their own. Calls of caller objects are messages of the engine. */
import type { MessagePort } from 'node:worker_threads';
import type { CallerObjectCallMessage, CallerObjectReplyMessage } from '@heddle/engine';
import type { FunctionDescriptor } from '@heddle/serialization';
import type { ThreadDelay } from './thread-delay.js';
import type { ThreadPlace } from './thread-registry.js';

/** What the worker's entry module finds as `workerData`. */
export interface ThreadWorkerData {
  readonly place: ThreadPlace;
  readonly port: MessagePort;
}

/** There before the worker begins. */
export interface BeginMessage {
  readonly name: string;
  readonly daemon: boolean;
  /** The ident of the thread that starts it. */
  readonly starter: number;
  readonly target: FunctionDescriptor;
  /** The target with what it captures, when it captures anything. */
  readonly boundFunction: unknown;
  readonly args: unknown;
  readonly isEncoded: boolean;
  /** Whether caller objects are among the target's captures and arguments. */
  readonly hasCallerObjects: boolean;
  readonly delay: ThreadDelay | undefined;
}

/** `status` and `value` are read by `readOutcome`. */
export type ToStarter =
  | CallerObjectCallMessage
  /** What the target ended in: the thread is alive no longer. `isPrinting`: `printed` will follow. */
  | { readonly kind: 'ended'; readonly status: number; readonly value: unknown; readonly isPrinting: boolean }
  /** What the target printed has been passed on. */
  | { readonly kind: 'printed' }
  /** An uncaught exception of what the target left to do. */
  | { readonly kind: 'failed'; readonly status: number; readonly value: unknown }
  /** A failure of a thread that this one has started; `context` is the rest of a ThreadFailure, encoded. */
  | { readonly kind: 'below'; readonly context: unknown; readonly status: number; readonly value: unknown }
  /** Whether the program must not end before this worker. */
  | { readonly kind: 'needed'; readonly isNeeded: boolean };

/** The starter's messages after the first; anything else is of no meaning. */
export type ToThread = CallerObjectReplyMessage;
