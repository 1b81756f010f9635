/**
 * The messages between caller and worker. Each is a flat array whose first element is its kind. A batch is one array,
 * in which its tasks follow one another without arrays of their own: to allocate and clone an array for each task would
 * cost more than the task.
 *
 *   Run      [kind, definitions | 0,  code, arg, arg, ..., [header]   code, arg, ...]
 *   Results  [kind, busyMs,  code, value,  code, value, ...]
 *
 * A code is one number, since each element of a message costs the same to clone:
 *
 *   task     fnId (28 bits) | flags (6) | count of arguments (9) | ticket (10)
 *   result                              | status (4)             | ticket (10)
 *
 * A ticket names the task on this worker while it is in flight; its claim word in the ledger has the same number.
 */
import type { FunctionDescriptor } from '@heddle/serialization';

/** The kinds of messages to a worker. */
export const run = 0;
export const abort = 1;
export const nestedResult = 2;
export const stop = 3;
export const reply = 4;
/** Asks for nothing. The sender only wants to learn whether the message can be delivered. */
export const probe = 5;
/** A blocking wait can never end. */
export const refused = 6;
/** Runs a function outside of tasks: {@link broadcastDone} answers. */
export const broadcast = 7;

/** The kinds of messages to the caller. */
export const ready = 0;
export const initializerFailed = 1;
export const results = 2;
export const claimed = 3;
export const suspended = 4;
export const progress = 5;
export const nestedSubmit = 6;
export const nestedCancel = 7;
export const crashed = 8;
export const worn = 9;
export const call = 10;
export const blocked = 11;
export const unblocked = 12;
export const initializing = 13;
/** The worker was told to stop, and runs its finalizer or disposes what its tasks shared. */
export const finalizing = 14;
export const broadcastDone = 15;

/** The number of bits of a ticket. */
export const ticketBits = 10;
export const ticketMask = 0x3ff;
const countBits = 9;
const countMask = 0x1ff;
/** How many arguments fit the count. More arguments travel packed in one array. */
export const mostArguments = 256;
/** The range of the bits of a task's code below the function's number. */
const headRange = 2 ** 25;

/** A flag of a task, as are those that follow: the arguments hold records to rebuild. */
export const encodedFlag = 1;
/** A {@link TaskHeader} follows the arguments. */
export const headerFlag = 2;
/** The task has one argument: the items of a chunk. */
export const chunkFlag = 4;
/**
 * With `chunkFlag`: the items are argument lists. Without it: the task is a stream, whose first argument takes its
 * items.
 */
export const spreadFlag = 8;
/** The task has one argument: the list of the arguments, which were too many for the count. */
export const packedFlag = 16;

/** The first argument is the function itself, with its captures. */
export const closureFlag = 32;

/** Makes the code of a task. */
export function taskCode(fnId: number, flags: number, count: number, ticket: number): number {
  return fnId * headRange + ((((flags << countBits) | count) << ticketBits) | ticket);
}

export function fnIdOf(code: number): number {
  return Math.floor(code / headRange);
}

/** Returns the part of a code below the function's number. The readers below take it. */
export function headOf(code: number): number {
  return code % headRange;
}

export function ticketOf(head: number): number {
  return head & ticketMask;
}

export function countOf(head: number): number {
  return (head >> ticketBits) & countMask;
}

export function flagsOf(head: number): number {
  return head >> (ticketBits + countBits);
}

/** Makes the code of a result; {@link ticketOf} reads its ticket. */
export function resultCode(ticket: number, status: number): number {
  return (status << ticketBits) | ticket;
}

export function statusOf(code: number): number {
  return code >> ticketBits;
}

/** The status of a result. */
export const succeeded = 0;
export const failed = 1;
/** The task was withdrawn before the worker reached it: its ticket is free again. */
export const skipped = 2;
/** Added when the value holds records to rebuild. */
export const encodedResult = 4;
/** Added when the value is the outcome of a chunk. */
export const chunkResult = 8;

/** The data that only few tasks need. It follows their arguments. */
export interface TaskHeader {
  readonly name: string | undefined;
  readonly attempt: number;
  /** Whether the worker tells the caller when it claims the task. */
  readonly tellClaim: boolean;
}

/** A function, and the number by which batches name it from now on. */
export type FunctionDefinition = readonly [fnId: number, descriptor: FunctionDescriptor];

/** A chunk's outcome on the wire; see ChunkOutcome in `@heddle/futures`. */
export interface WireChunk {
  readonly values: unknown;
  readonly failure: { readonly error: unknown } | undefined;
  readonly elapsedMs: number;
}

/** A task calls a caller object: see task/caller-object-server.ts. */
export interface CallerObjectCall {
  /** The ticket of the task. */
  readonly ticket: number;
  /** The number of the call in its reply. */
  readonly callId: number;
  /** The number of the caller object, which the wire calls a link. */
  readonly link: number;
  readonly args: unknown;
  readonly encoded: boolean;
}

/** A function that a worker runs outside of tasks, with its arguments. */
export interface StartFunction {
  readonly fn: FunctionDescriptor;
  readonly boundFunction: unknown;
  readonly args: unknown;
  readonly encoded: boolean;
}

/** A task that a task has submitted. */
export interface NestedTask {
  /** The number of the task between this worker and the caller. */
  readonly id: number;
  readonly fn: FunctionDescriptor;
  /** 'starchunk': a chunk of items that are lists of arguments. */
  readonly kind: 'call' | 'chunk' | 'starchunk';
  readonly args: unknown;
  readonly encoded: boolean;
  /** The function with its captures, when it has any. */
  readonly boundFunction: unknown;
  readonly options: { timeoutMs?: number; priority?: number; name?: string };
}

export type ToWorker =
  | readonly [kind: typeof run, definitions: readonly FunctionDefinition[] | 0, ...tasks: unknown[]]
  | readonly [kind: typeof abort, ticket: number, reason: unknown, encoded: boolean]
  | readonly [kind: typeof nestedResult, id: number, status: number, value: unknown]
  | readonly [kind: typeof stop]
  | readonly [kind: typeof reply, callId: number, status: number, value: unknown]
  | readonly [kind: typeof probe]
  | readonly [kind: typeof refused, wait: number, error: unknown]
  | readonly [kind: typeof broadcast, id: number, call: StartFunction];

export type ToCaller =
  | readonly [kind: typeof ready]
  /** The worker has reached its initializer. */
  | readonly [kind: typeof initializing]
  | readonly [kind: typeof finalizing]
  | readonly [kind: typeof broadcastDone, id: number, status: number, value: unknown]
  | readonly [kind: typeof initializerFailed, error: unknown]
  | readonly [kind: typeof results, busyMs: number, ...results: unknown[]]
  | readonly [kind: typeof claimed, ticket: number]
  /** The task under `ticket` awaits nested tasks, or the answers to `calls`. */
  | readonly [kind: typeof suspended, ticket: number, ...calls: number[]]
  | readonly [kind: typeof progress, ticket: number, value: unknown, encoded: boolean]
  | readonly [kind: typeof nestedSubmit, task: NestedTask]
  | readonly [kind: typeof nestedCancel, id: number]
  | readonly [kind: typeof call, call: CallerObjectCall]
  /**
   * The worker is blocked until nested task `id` is answered. `ticket` is the task that waits, or -1. `wait` is the
   * number of the wait in its refusal.
   */
  | readonly [kind: typeof blocked, wait: number, id: number, ticket: number]
  | readonly [kind: typeof unblocked]
  /** The worker is about to end, because of `error`. */
  | readonly [kind: typeof crashed, error: unknown]
  /** The worker asks to be replaced when it has nothing to do. */
  | readonly [kind: typeof worn];

/** A task's call of a caller object, and the answer. Caller objects need no other messages. */
export type CallerObjectCallMessage = Extract<ToCaller, readonly [typeof call, CallerObjectCall]>;
export type CallerObjectReplyMessage = Extract<ToWorker, readonly [typeof reply, number, number, unknown]>;
