/**
 * What travels between the caller and the runner in a worker. The library carries it: a call is a call of the runner's `heddleRun`, whose
 * answers come as the values of an observable, and a note is a call of `heddleTell`.
 *
 *   caller ──CallMessage──▶ worker
 *          ◀──Answer[]────  progress, items of a stream, and at last the outcome
 *          ──Note────────▶  abort; room for more items
 */
import type { FunctionDescriptor } from '@heddle/serialization/worker';

/** A value as `encodeValue` makes it. */
export interface WireValue {
  readonly value: unknown;
  /** Whether it has to be decoded. */
  readonly encoded: boolean;
}

/** A function: by its descriptor, which a worker gets once, or with its captures as a value. */
export type WireFunction =
  { readonly id: string; readonly descriptor: FunctionDescriptor | undefined } | { readonly id: undefined; readonly bound: WireValue };

export interface CallMessage {
  /** Unique in the worker. */
  readonly id: string;
  readonly kind: 'call' | 'chunk' | 'stream';
  readonly fn: WireFunction;
  /** The arguments, or the items of a chunk. */
  readonly args: WireValue;
  readonly spread: boolean;
  readonly name: string;
  readonly attempt: number;
  readonly workerId: number;
}

/** An answer of the worker. The last three are outcomes: each call has one. */
export type Answer =
  | { readonly kind: 'watching' }
  | { readonly kind: 'progress'; readonly value: WireValue }
  | { readonly kind: 'items'; readonly value: WireValue }
  | { readonly kind: 'result'; readonly value: WireValue }
  | { readonly kind: 'error'; readonly value: WireValue }
  | { readonly kind: 'chunk'; readonly values: WireValue; readonly failure: WireValue | undefined; readonly elapsedMs: number };

/** What the caller tells a call that runs. */
export type Note =
  | { readonly kind: 'abort'; readonly reason: WireValue }
  /** The consumer has taken the items. @param failure - why it takes no more */
  | { readonly kind: 'room'; readonly failure: WireValue | undefined };
