/**
 * The messages between caller and worker: flat arrays, whose first element says what they are. A batch is one array;
 * its tasks follow one another without brackets, since allocating and cloning an array a task would cost more than
 * the task.
 *
 *   Run      [kind, definitions | 0,  code, arg, arg, ..., [header]   code, arg, ...]
 *   Results  [kind, busyMs,  code, value,  code, value, ...]
 *
 * A code is one number, since each element costs as much as the next to clone:
 *
 *   task     fnId (28 bits) | flags (6) | count of arguments (9) | ticket (10)
 *   result                              | status (4)             | ticket (10)
 *
 * A ticket names the task on this worker while it is in flight; its claim word in the ledger has the same number.
 */
import type { FunctionDescriptor } from '@heddle/serialization';

/** Kinds of messages to a worker. */
export const run = 0;
export const abort = 1;
export const nestedResult = 2;
export const stop = 3;
export const reply = 4;
/** Nothing: only the fate of the message is of interest. */
export const probe = 5;
/** A blocking wait can never end. */
export const refused = 6;

/** Kinds of messages to the caller. */
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

/** Bits of a ticket. */
export const ticketBits = 10;
export const ticketMask = 0x3ff;
const countBits = 9;
const countMask = 0x1ff;
/** Arguments that fit the count; more travel packed in one array. */
export const mostArguments = 256;
/** What a task's code has below the function's number. */
const headRange = 2 ** 25;

/** Flags of a task: the arguments hold records to rebuild. */
export const encodedFlag = 1;
/** A {@link TaskHeader} follows the arguments. */
export const headerFlag = 2;
/** One argument: the items of a chunk. */
export const chunkFlag = 4;
/** The items are argument lists; without `chunkFlag`: the task is a stream, whose first argument takes its items. */
export const spreadFlag = 8;
/** One argument: the list of the arguments, which were too many for the count. */
export const packedFlag = 16;

/** The first argument is the function itself, with what it captures. */
export const closureFlag = 32;

/** A task's code. */
export function taskCode(fnId: number, flags: number, count: number, ticket: number): number {
  return fnId * headRange + ((((flags << countBits) | count) << ticketBits) | ticket);
}

export function fnIdOf(code: number): number {
  return Math.floor(code / headRange);
}

/** Everything but the function's number: what the readers below take. */
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

/** A result's code; its ticket is read by {@link ticketOf}. */
export function resultCode(ticket: number, status: number): number {
  return (status << ticketBits) | ticket;
}

export function statusOf(code: number): number {
  return code >> ticketBits;
}

/** `status` of a result. */
export const succeeded = 0;
export const failed = 1;
/** The task had been withdrawn before the worker reached it: its ticket is free again. */
export const skipped = 2;
/** Added when the value holds records to rebuild. */
export const encodedResult = 4;
/** Added when the value is the outcome of a chunk. */
export const chunkResult = 8;

/** What few tasks need: it follows their arguments. */
export interface TaskHeader {
  readonly name: string | undefined;
  readonly attempt: number;
  /** Tell the caller when the task is claimed. */
  readonly tellClaim: boolean;
}

/** A function and the number by which batches name it from now on. */
export type FunctionDefinition = readonly [fnId: number, descriptor: FunctionDescriptor];

/** A chunk's outcome on the wire; see ChunkOutcome in `@heddle/futures`. */
export interface WireChunk {
  readonly values: unknown;
  readonly failure: { readonly error: unknown } | undefined;
  readonly elapsedMs: number;
}

/** A task calls a caller object: see task/caller-object-server.ts. */
export interface CallerObjectCall {
  /** Of the task. */
  readonly ticket: number;
  /** Names the call in its reply. */
  readonly callId: number;
  /** The number of the caller object, which the wire calls a link. */
  readonly link: number;
  readonly args: unknown;
  readonly encoded: boolean;
}

/** A task submitted by a task. */
export interface NestedTask {
  /** Names it between this worker and the caller. */
  readonly id: number;
  readonly fn: FunctionDescriptor;
  /** 'starchunk': a chunk of items that are lists of arguments. */
  readonly kind: 'call' | 'chunk' | 'starchunk';
  readonly args: unknown;
  readonly encoded: boolean;
  /** The function with what it captures, when it captures anything. */
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
  | readonly [kind: typeof refused, wait: number, error: unknown];

export type ToCaller =
  | readonly [kind: typeof ready]
  /** The worker has come to its initializer. */
  | readonly [kind: typeof initializing]
  | readonly [kind: typeof initializerFailed, error: unknown]
  | readonly [kind: typeof results, busyMs: number, ...results: unknown[]]
  | readonly [kind: typeof claimed, ticket: number]
  /** The task under `ticket` waits for tasks of its own, or for the answers to `calls`. */
  | readonly [kind: typeof suspended, ticket: number, ...calls: number[]]
  | readonly [kind: typeof progress, ticket: number, value: unknown, encoded: boolean]
  | readonly [kind: typeof nestedSubmit, task: NestedTask]
  | readonly [kind: typeof nestedCancel, id: number]
  | readonly [kind: typeof call, call: CallerObjectCall]
  /** The worker stands still until nested task `id` is answered; `ticket` is the task that waits, or -1. `wait` names the wait in its refusal. */
  | readonly [kind: typeof blocked, wait: number, id: number, ticket: number]
  | readonly [kind: typeof unblocked]
  /** The worker is about to end: why. */
  | readonly [kind: typeof crashed, error: unknown]
  /** The worker asks to be replaced, once it has nothing to do. */
  | readonly [kind: typeof worn];

/** A task's call of a caller object, and the answer. Caller objects need no other messages. */
export type CallerObjectCallMessage = Extract<ToCaller, readonly [typeof call, CallerObjectCall]>;
export type CallerObjectReplyMessage = Extract<ToWorker, readonly [typeof reply, number, number, unknown]>;
