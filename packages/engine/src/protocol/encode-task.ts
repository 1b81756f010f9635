import type { ItemList, Sliceable, TaskRequest } from '@heddle/futures';
import {
  encodeItems,
  encodeValue,
  EncodedItems,
  explainRefusal,
  isClasses,
  CallerObjects,
  travelsAsIs,
  withClasses,
  type ClassesRecord,
  type Destination,
} from '@heddle/serialization/worker';
import * as wire from './wire.js';

/** A task's arguments, ready to be posted. */
export interface EncodedTask {
  readonly args: readonly unknown[];
  /** See the flags in wire.ts. */
  readonly flags: number;
  readonly live: boolean;
  readonly transfer: readonly object[] | undefined;
  /** The caller objects among the arguments. */
  readonly callerObjects: CallerObjects | undefined;
}

/** Packs an array that holds only numbers: eight bytes each, which can be moved instead of cloned. */
export function packNumbers(items: ArrayLike<unknown>): Float64Array | undefined {
  if (typeof items[0] !== 'number') return undefined;
  const packed = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'number') return undefined;
    packed[i] = item;
  }
  return packed;
}

/**
 * Encodes a map's items as they are now.
 *
 * @param mayHoldCallerObjects - whether caller objects may be among the values. A task's own executor refuses them
 * @throws SerializationError with the path of the value that cannot travel
 */
export function snapshotItems(items: readonly unknown[], destination: Destination, mayHoldCallerObjects: boolean): Sliceable {
  return packNumbers(items) ?? encodeItems(items, destination, mayHoldCallerObjects);
}

/**
 * Encodes the arguments of a call, the items of a chunk, or the arguments of a stream behind the function that takes
 * its values.
 *
 * @param mayPostNow - called only when something would otherwise be copied
 * @param mayHoldCallerObjects - as for {@link snapshotItems}
 * @throws SerializationError with the path of the value that cannot travel
 */
export function encodeTask(
  request: TaskRequest,
  mayPostNow: () => boolean,
  destination: Destination,
  mayHoldCallerObjects: boolean,
): EncodedTask {
  const callerObjects = mayHoldCallerObjects ? new CallerObjects(false) : undefined;
  switch (request.kind) {
    case 'call':
      return encodeCall(request.args, mayPostNow, destination, callerObjects);
    case 'stream': {
      const call = encodeCall([request.push, ...request.args], mayPostNow, destination, callerObjects);
      return { ...call, flags: call.flags | wire.spreadFlag };
    }
    case 'chunk':
      return encodeChunk(request.items, request.spread, mayPostNow, destination, callerObjects);
  }
}

function encodeChunk(
  items: Sliceable,
  spread: boolean,
  mayPostNow: () => boolean,
  destination: Destination,
  callerObjects: CallerObjects | undefined,
): EncodedTask {
  const flags = spread ? wire.chunkFlag | wire.spreadFlag : wire.chunkFlag;
  if (items instanceof EncodedItems) {
    return {
      args: [items.wireValue],
      flags: items.encoded ? flags | wire.encodedFlag : flags,
      live: false,
      transfer: undefined,
      callerObjects: items.callerObjects,
    };
  }
  const packed = items instanceof Float64Array ? items : packNumbers(items as ItemList);
  // The numbers are copied when they are posted, not moved, since an unclaimed chunk may have to be sent again.
  if (packed !== undefined) return { args: [packed], flags, live: false, transfer: undefined, callerObjects: undefined };
  const { value, encoded, live, transfer } = encodeValue(items, 'items', mayPostNow(), destination, callerObjects);
  return { args: [value], flags: encoded ? flags | wire.encodedFlag : flags, live, transfer, callerObjects };
}

function encodeCall(
  args: readonly unknown[],
  mayPostNow: () => boolean,
  destination: Destination,
  callerObjects: CallerObjects | undefined,
): EncodedTask {
  for (const arg of args) {
    if (travelsAsIs(arg)) continue;
    const { value, encoded, live, transfer } = encodeValue(args, 'args', mayPostNow(), destination, callerObjects);
    return { args: isClasses(value) ? classesFirst(value) : value, flags: encoded ? wire.encodedFlag : 0, live, transfer, callerObjects };
  }
  return { args, flags: 0, live: false, transfer: undefined, callerObjects: undefined };
}

/** Puts the list of classes around the first argument, so that the number of arguments stays the same. */
function classesFirst({ classes, value }: ClassesRecord): unknown[] {
  const [first, ...others] = value as unknown[];
  return [withClasses(first, classes), ...others];
}

/** Explains why a task could not be sent. */
export function explainUnsent(
  { flags, args }: { readonly flags: number; readonly args: readonly unknown[] },
  problem: unknown,
  destination: Destination,
): unknown {
  const isChunk = (flags & wire.chunkFlag) !== 0;
  return isChunk ? explainRefusal(args.at(-1), 'items', problem, destination) : explainRefusal(args, 'args', problem, destination);
}
