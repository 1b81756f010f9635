import type { Sliceable } from '@heddle/futures';
import { runChunk } from '@heddle/futures/worker';
import { decodeValue, loadClasses, takePendingLoads, type LoadedFunction } from '@heddle/serialization/worker';
import * as wire from '../wire.js';

/** A task as it is called. */
export interface Call {
  readonly fn: LoadedFunction;
  readonly args: readonly unknown[];
  /** What has to be loaded first. */
  readonly loads: Promise<unknown> | undefined;
}

/**
 * What a task calls with what.
 *
 * @param fn - the function of its number; one that captures variables comes with the arguments instead
 * @throws what can't be decoded
 */
export function readCall(fn: LoadedFunction, flags: number, wireArgs: readonly unknown[]): Call {
  if ((flags & (wire.encodedFlag | wire.packedFlag | wire.closureFlag)) === 0) return { fn, args: wireArgs, loads: undefined };
  const isClosure = (flags & wire.closureFlag) !== 0;
  let args = wireArgs;
  if ((flags & wire.packedFlag) !== 0) args = args[0] as unknown[];
  // The function is read by itself: arguments without records are not walked.
  const own = isClosure ? (decodeValue(args[0], 'code') as LoadedFunction) : fn;
  if (isClosure) args = args.slice(1);
  if ((flags & wire.encodedFlag) !== 0) args = decodeValue(args, 'code') as unknown[];
  return { fn: own, args, loads: takePendingLoads() };
}

/** Loads the classes of the instances in a task's function and arguments; `undefined` when all are here. */
export function loadCallClasses(flags: number, wireArgs: readonly unknown[]): Promise<void> | undefined {
  if ((flags & (wire.encodedFlag | wire.closureFlag)) === 0) return undefined;
  const isClosure = (flags & wire.closureFlag) !== 0;
  const args = (flags & wire.packedFlag) !== 0 ? (wireArgs[0] as unknown[]) : wireArgs;
  const own = isClosure ? loadClasses(args[0]) : undefined;
  const others = (flags & wire.encodedFlag) === 0 ? undefined : loadClasses(isClosure ? args.slice(1) : args);
  return own === undefined ? others : Promise.all([own, others]).then(() => undefined);
}

/** Calls it. */
export function invoke(fn: LoadedFunction, args: readonly unknown[], flags: number): unknown {
  if ((flags & wire.chunkFlag) !== 0) {
    return runChunk(fn, args[0] as Sliceable, (flags & wire.spreadFlag) !== 0);
  }
  return args.length === 1 ? fn(args[0]) : fn(...args);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
