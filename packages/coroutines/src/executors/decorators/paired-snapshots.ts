/**
 * A map over two executors. Each executor takes its own snapshot of the items and of the function when the map is called. The pair
 * travels through the map as one value, and is split when a chunk is scheduled on one of the executors.
 */
import type { AnyFunction, Sliceable, TaskRequest } from '@heddle/futures';
import { functionName } from '@heddle/futures/authors';

class PairedItems implements Sliceable {
  readonly first: Sliceable;
  readonly second: Sliceable;

  constructor(first: Sliceable, second: Sliceable) {
    this.first = first;
    this.second = second;
  }

  get length(): number {
    return this.first.length;
  }

  slice(start: number, end: number): PairedItems {
    return new PairedItems(this.first.slice(start, end), this.second.slice(start, end));
  }
}

/** The snapshots of a function, by the function that stands for both. */
const pairs = new WeakMap<AnyFunction, { readonly first: AnyFunction; readonly second: AnyFunction }>();

/** Makes one value of two executors' snapshots of the same items. */
export function pairItems(first: Sliceable, second: Sliceable): Sliceable {
  return new PairedItems(first, second);
}

/** Makes one function of two executors' snapshots of `fn`. */
export function pairFunctions(fn: AnyFunction, first: AnyFunction, second: AnyFunction): AnyFunction {
  if (first === fn && second === fn) return fn;
  const both = (...args: never[]): unknown => fn(...args);
  Object.defineProperty(both, 'name', { value: functionName(fn) });
  pairs.set(both, { first, second });
  return both;
}

/** Replaces each pair in a request by the snapshot of one of the executors. */
export function requestFor(which: 'first' | 'second', request: TaskRequest): TaskRequest {
  const fn = pairs.get(request.fn)?.[which] ?? request.fn;
  if (request.kind === 'chunk' && request.items instanceof PairedItems) return { ...request, fn, items: request.items[which] };
  return { ...request, fn };
}
