import type { AnyFunction, ChunkOutcome, ItemList, Sliceable } from '../executor/task-request.js';
import { isThenable } from '../helpers/thenable.js';

/**
 * Runs `fn` for each item in turn, up to the first error. This is how a task that is a chunk runs. For authors of executors.
 *
 * @returns the outcome; a promise of it as soon as `fn` returns a promise for an item
 */
export function runChunk(fn: AnyFunction, items: Sliceable, spread: boolean): ChunkOutcome | Promise<ChunkOutcome> {
  const call = fn as (...args: unknown[]) => unknown;
  const list = items as ItemList;
  const values = new Array<unknown>(items.length);
  const startedAt = performance.now();
  const outcome = (count: number, failure?: { error: unknown }): ChunkOutcome => {
    values.length = count;
    return { values, failure, elapsedMs: performance.now() - startedAt };
  };
  const rest = async (first: PromiseLike<unknown>, from: number): Promise<ChunkOutcome> => {
    let at = from;
    try {
      values[at] = await first;
      for (at += 1; at < list.length; at++) {
        const item = list[at];
        values[at] = await (spread ? call(...(item as unknown[])) : call(item));
      }
    } catch (error) {
      return outcome(at, { error });
    }
    return outcome(at);
  };
  let at = 0;
  try {
    for (; at < list.length; at++) {
      const item = list[at];
      const value = spread ? call(...(item as unknown[])) : call(item);
      if (isThenable(value)) return rest(value, at);
      values[at] = value;
    }
  } catch (error) {
    return outcome(at, { error });
  }
  return outcome(at);
}
