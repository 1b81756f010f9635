/**
 * The messages between a Thread's worker and its starter, on a port of their own. Calls of caller objects use the
 * engine's messages.
 */
import type { MessagePort } from 'node:worker_threads';
import type { CallerObjectCallMessage, CallerObjectReplyMessage } from '@heddle/engine';
import type { FunctionDescriptor } from '@heddle/serialization';
import type { ThreadDelay } from './thread-delay.js';
import type { ThreadPlace } from './thread-registry.js';

/** The `workerData` of the worker's entry module. */
export interface ThreadWorkerData {
  readonly place: ThreadPlace;
  readonly port: MessagePort;
}

/** The first message. It is in the port before the worker begins. */
export interface BeginMessage {
  readonly name: string;
  readonly daemon: boolean;
  /** The ident of the thread that starts this one. */
  readonly starter: number;
  readonly target: FunctionDescriptor;
  /** The target with its captures, when it has any. */
  readonly boundFunction: unknown;
  readonly args: unknown;
  readonly isEncoded: boolean;
  /** Whether caller objects are among the target's captures and arguments. */
  readonly hasCallerObjects: boolean;
  readonly delay: ThreadDelay | undefined;
}

/** The messages to the starter. `readOutcome` reads their `status` and `value`. */
export type ToStarter =
  | CallerObjectCallMessage
  /** The outcome of the target: the thread is no longer alive. `isPrinting`: a `printed` follows. */
  | { readonly kind: 'ended'; readonly status: number; readonly value: unknown; readonly isPrinting: boolean }
  /** The output of the target has been passed on. */
  | { readonly kind: 'printed' }
  /** An uncaught exception of code that the target left running. */
  | { readonly kind: 'failed'; readonly status: number; readonly value: unknown }
  /** A failure of a thread that this one has started; `context` is the rest of a ThreadFailure, encoded. */
  | { readonly kind: 'below'; readonly context: unknown; readonly status: number; readonly value: unknown }
  /** Whether the program must not end before this worker. */
  | { readonly kind: 'needed'; readonly isNeeded: boolean };

/** The messages of the starter after the first. The worker ignores all others. */
export type ToThread = CallerObjectReplyMessage;
