import { decodeValue, takePendingLoads, type LoadedFunction } from '@heddle/serialization/worker';
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
  const own = isClosure ? (decodeValue(args[0]) as LoadedFunction) : fn;
  if (isClosure) args = args.slice(1);
  if ((flags & wire.encodedFlag) !== 0) args = decodeValue(args) as unknown[];
  return { fn: own, args, loads: takePendingLoads() };
}
