import type { AnyFunction, Sliceable, TaskRequest } from '@heddle/futures';
import { nameOf } from '@heddle/futures/authors';

/** A map's items as they were at its call, in the forms of two executors. */
class TwinItems implements Sliceable {
  readonly first: Sliceable;
  readonly second: Sliceable;

  constructor(first: Sliceable, second: Sliceable) {
    this.first = first;
    this.second = second;
  }

  get length(): number {
    return this.first.length;
  }

  slice(start: number, end: number): TwinItems {
    return new TwinItems(this.first.slice(start, end), this.second.slice(start, end));
  }
}

/** What two executors made of a map's function at its call, by the function that stands for both. */
const functions = new WeakMap<AnyFunction, { readonly first: AnyFunction; readonly second: AnyFunction }>();

/** What two executors take at the call of a map, each in its own way: carried as one, and given out to the one or the other. */
export const Twins = {
  ofItems(first: Sliceable, second: Sliceable): Sliceable {
    return new TwinItems(first, second);
  },

  ofFunctions(fn: AnyFunction, first: AnyFunction, second: AnyFunction): AnyFunction {
    if (first === fn && second === fn) return fn;
    const both = (...args: never[]): unknown => fn(...args);
    Object.defineProperty(both, 'name', { value: nameOf(fn) });
    functions.set(both, { first, second });
    return both;
  },

  /** A request as the first executor takes it. */
  first(request: TaskRequest): TaskRequest {
    return take(request, 'first');
  },

  /** A request as the second executor takes it. */
  second(request: TaskRequest): TaskRequest {
    return take(request, 'second');
  },
};

function take(request: TaskRequest, which: 'first' | 'second'): TaskRequest {
  const fn = functions.get(request.fn)?.[which] ?? request.fn;
  if (request.kind === 'chunk' && request.items instanceof TwinItems) return { ...request, fn, items: request.items[which] };
  return { ...request, fn };
}
