import type { AnyFunction } from '@heddle/futures';
import { bindCaptures, describeToEncode, CallerObjects, type Destination } from '@heddle/serialization';
import { encodeBoundFunction, hasCaptures, snapshots } from './bound-function.js';

/**
 * Returns a copy of a function whose captures stay as they are now. Returns the function itself when it has none, or
 * cannot travel.
 */
export function snapshotOf(fn: AnyFunction, destination: Destination): AnyFunction {
  try {
    const descriptor = describeToEncode(fn);
    if (!hasCaptures(descriptor)) return fn;
    const callerObjects = new CallerObjects(true);
    const boundFunction = encodeBoundFunction(fn, descriptor, destination, callerObjects);
    const snapshot = bindCaptures(fn, new Map());
    snapshots.set(snapshot, { boundFunction, callerObjects });
    return snapshot;
  } catch {
    return fn; // the first chunk reports why
  }
}
