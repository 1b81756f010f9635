import type { Sliceable } from '@heddle/futures';
import { runChunk, runStream, type PushItems } from '@heddle/futures/worker';
import { decodeValue, loadClasses, takePendingLoads, type ProxyCaller, type LoadedFunction } from '@heddle/serialization/worker';
import * as wire from '../protocol/wire.js';
import type { ProxyCalls } from './proxy-calls.js';
import type { RunningTask } from './running-task.js';

/** A task's function and arguments, ready for the call. */
export interface Call {
  readonly fn: LoadedFunction;
  readonly args: readonly unknown[];
  /** The loads to wait for before the call. */
  readonly loads: Promise<unknown> | undefined;
}

/**
 * Decodes the function and arguments of a task.
 *
 * @param fn - the function of the task's number; a function with captures arrives with the arguments instead
 * @param proxyCalls - sends the calls of the task's caller proxies
 * @throws an error when something cannot be decoded
 */
export function readCall(fn: LoadedFunction, flags: number, wireArgs: readonly unknown[], task: RunningTask, proxyCalls: ProxyCalls): Call {
  if ((flags & (wire.encodedFlag | wire.packedFlag | wire.closureFlag)) === 0) return { fn, args: wireArgs, loads: undefined };
  const isClosure = (flags & wire.closureFlag) !== 0;
  const caller: ProxyCaller = { call: (...call) => proxyCalls.of(task).call(...call) };
  let args = wireArgs;
  if ((flags & wire.packedFlag) !== 0) args = args[0] as unknown[];
  // The function is decoded apart from the arguments, since arguments without records need no walk.
  const bound = isClosure ? (decodeValue(args[0], 'code', caller) as LoadedFunction) : fn;
  if (isClosure) args = args.slice(1);
  if ((flags & wire.encodedFlag) !== 0) args = decodeValue(args, 'code', caller) as unknown[];
  return { fn: bound, args, loads: takePendingLoads() };
}

/** Loads the classes of the instances in a task's function and arguments. Returns `undefined` when all are loaded. */
export function loadCallClasses(flags: number, wireArgs: readonly unknown[]): Promise<void> | undefined {
  if ((flags & (wire.encodedFlag | wire.closureFlag)) === 0) return undefined;
  const isClosure = (flags & wire.closureFlag) !== 0;
  const args = (flags & wire.packedFlag) !== 0 ? (wireArgs[0] as unknown[]) : wireArgs;
  const bound = isClosure ? loadClasses(args[0]) : undefined;
  const others = (flags & wire.encodedFlag) === 0 ? undefined : loadClasses(isClosure ? args.slice(1) : args);
  return bound === undefined ? others : Promise.all([bound, others]).then(() => undefined);
}

/** Calls the function of a task, chunk or stream. */
export function invoke(fn: LoadedFunction, args: readonly unknown[], flags: number, task: RunningTask, proxyCalls: ProxyCalls): unknown {
  if ((flags & wire.chunkFlag) !== 0) return runChunk(fn, args[0] as Sliceable, (flags & wire.spreadFlag) !== 0);
  if ((flags & wire.spreadFlag) !== 0)
    return runStream(fn, args[0] as PushItems, args.slice(1), task.signal, proxyCalls.of(task).whileStanding);
  return args.length === 1 ? fn(args[0]) : fn(...args);
}

/** Reads the reason of an abort. If it cannot be rebuilt here, returns the error that says so. */
export function readReason(reason: unknown, encoded: boolean): unknown {
  try {
    return encoded ? decodeValue(reason, 'code') : reason;
  } catch (error) {
    return error;
  }
}
