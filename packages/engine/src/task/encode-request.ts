/** Turns a request into what travels: the arguments, the function with its captures, and the caller objects of both. */
import type { AnyFunction, PushItems, TaskRequest } from '@heddle/futures';
import { CallerObjects, pushOf, travelsAsIs, type Destination, type Trust } from '@heddle/serialization';
import { encodeTask, type EncodedTask } from '../protocol/encode-task.js';
import * as wire from '../protocol/wire.js';
import { encodeBoundFunction, snapshots, type Snapshot } from './bound-function.js';
import { CallerObjectServer } from './caller-object-server.js';
import type { FunctionEntry } from './function-table.js';

/** A request as it travels. */
export interface EncodedRequest {
  /** The arguments. A function with captures comes before them. */
  readonly args: readonly unknown[];
  /** See the flags in wire.ts. */
  readonly flags: number;
  /** Whether the arguments refer to the user's own objects. */
  readonly isLive: boolean;
  /** The objects to move. */
  readonly transfer: readonly object[] | undefined;
  /** Answers the calls of the task's caller objects, if it has any. */
  readonly server: CallerObjectServer | undefined;
}

/** The way that a request takes. */
export interface RequestRoute {
  readonly destination: Destination;
  /** How far the caller trusts what the task sends. */
  readonly trust: Trust;
  /**
   * Returns whether a task accepted now is sent before `submit` returns. It is called only when the arguments would
   * otherwise be copied.
   */
  readonly mayPostNow: () => boolean;
}

/**
 * Encodes a request as it is now.
 *
 * @param entry - of the request's function
 * @throws SerializationError with the path of the value that cannot travel
 */
export function encodeRequest(request: TaskRequest, entry: FunctionEntry, route: RequestRoute): EncodedRequest {
  const { destination, trust, mayPostNow } = route;
  // The captures are taken before the arguments, whose getters may run the user's code.
  const bound = entry.captures ? bind(request.fn, entry, request.kind === 'chunk', destination) : undefined;
  let task: EncodedTask | undefined;
  let args: readonly unknown[];
  if (request.kind === 'call' && allTravelAsIs(request.args)) args = request.args;
  else {
    task = encodeTask(withPushAsCallerObject(request), mayPostNow, destination, true);
    args = task.args;
  }
  const server = bound === undefined && task === undefined ? undefined : createServer(bound?.callerObjects, task?.callerObjects, trust);
  const flags = task?.flags ?? 0;
  const rest = { isLive: task?.live ?? false, transfer: task?.transfer, server };
  return bound === undefined
    ? { args, flags, ...rest }
    : { args: [bound.boundFunction, ...args], flags: flags | wire.closureFlag, ...rest };
}

/** Encodes the arguments of a request again, as copies. A function with captures is not among them. */
export function copyArguments(request: TaskRequest, destination: Destination): readonly unknown[] {
  return encodeTask(withPushAsCallerObject(request), () => false, destination, true).args;
}

function bind(fn: AnyFunction, { descriptor }: FunctionEntry, isChunk: boolean, destination: Destination): Snapshot {
  const snapshot = snapshots.get(fn);
  if (snapshot !== undefined) return snapshot;
  const callerObjects = new CallerObjects(isChunk);
  return { boundFunction: encodeBoundFunction(fn, descriptor, destination, callerObjects), callerObjects };
}

function createServer(
  ofFunction: CallerObjects | undefined,
  ofArguments: CallerObjects | undefined,
  trust: Trust,
): CallerObjectServer | undefined {
  const lists = [ofFunction, ofArguments].filter((each) => each !== undefined && each.byId.size > 0) as CallerObjects[];
  return lists.length > 0 ? new CallerObjectServer(lists, trust) : undefined;
}

/**
 * Returns the request as it travels. The function that takes a stream's values becomes a caller object, which the
 * worker calls.
 */
function withPushAsCallerObject(request: TaskRequest): TaskRequest {
  return request.kind === 'stream' ? { ...request, push: pushOf(request.push) as PushItems } : request;
}

function allTravelAsIs(args: readonly unknown[]): boolean {
  for (const arg of args) if (!travelsAsIs(arg)) return false;
  return true;
}
