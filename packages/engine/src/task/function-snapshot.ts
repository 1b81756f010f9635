import type { AnyFunction } from '@heddle/futures';
import { bindCaptures, describeToEncode, Links, type Reach } from '@heddle/serialization';
import { encodeOwn, hasCaptures, snapshots } from './own-function.js';

/** A function that does the same, and whose captures stay as they are now; itself when it has none, or can't travel. */
export function snapshotOf(fn: AnyFunction, reach: Reach): AnyFunction {
  try {
    const descriptor = describeToEncode(fn);
    if (!hasCaptures(descriptor)) return fn;
    const links = new Links(true);
    const own = encodeOwn(fn, descriptor, reach, links);
    const snapshot = bindCaptures(fn, new Map());
    snapshots.set(snapshot, { own, links });
    return snapshot;
  } catch {
    return fn; // the first chunk will say why
  }
}
