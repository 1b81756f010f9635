/** The caller's half of a call: what a request asks for, ready to travel. */
import type { AnyFunction, Sliceable, TaskRequest } from '@heddle/futures';
import { bindCaptures, describeToEncode, encodeValue } from '@heddle/serialization';
import type { FunctionDescriptor } from '@heddle/serialization/worker';
import { MapItems } from '../map-items.js';
import type { WireValue } from './protocol.js';
import { writeValue } from './write-value.js';

/** A call that can be sent to any worker. */
export interface EncodedCall {
  readonly kind: TaskRequest['kind'];
  readonly fn: { readonly descriptor: FunctionDescriptor } | { readonly bound: WireValue };
  readonly args: WireValue;
  readonly spread: boolean;
  readonly transfer: readonly object[] | undefined;
}

/** Functions with the captures that they had when their map was called. */
const snapshots = new WeakMap<AnyFunction, WireValue>();

/** @throws SerializationError with the path of what cannot travel */
export function encodeCall(request: TaskRequest): EncodedCall {
  const fn = encodeFunction(request.fn, request.kind === 'stream');
  if (request.kind === 'chunk') return { kind: 'chunk', fn, args: chunkItems(request.items), spread: request.spread, transfer: undefined };
  const { value, encoded, transfer } = encodeValue(request.args, 'args', false, 'thread');
  return { kind: request.kind, fn, args: { value, encoded }, spread: true, transfer };
}

/** Takes a function as it is now. Returns the function itself when it has no captures, or cannot travel: the first chunk says why. */
export function snapshotOf(fn: AnyFunction): AnyFunction {
  try {
    const encoded = encodeFunction(fn);
    if (!('bound' in encoded)) return fn;
    const snapshot = bindCaptures(fn, new Map());
    snapshots.set(snapshot, encoded.bound);
    return snapshot;
  } catch {
    return fn;
  }
}

/** @param isStream - whether it may be a generator */
function encodeFunction(fn: AnyFunction, isStream = false): EncodedCall['fn'] {
  const snapshot = snapshots.get(fn);
  if (snapshot !== undefined) return { bound: structuredClone(snapshot) };
  const descriptor = describeToEncode(fn, isStream);
  if (descriptor.kind !== 'source' || descriptor.captures.length === 0) return { descriptor };
  return { bound: writeValue(fn, 'task') };
}

function chunkItems(items: Sliceable): WireValue {
  if (items instanceof MapItems) return { value: items.encoded.wireValue, encoded: items.encoded.encoded };
  return writeValue(items, 'items');
}
