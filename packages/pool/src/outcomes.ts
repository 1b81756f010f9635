import type { ChunkOutcome } from '@heddle/futures';
import { addItem, show } from '@heddle/futures/authors';

/** The outcomes of a call's tasks, in the order of the tasks. */
export type TaskOutcomes = readonly PromiseSettledResult<unknown>[];

/** Returns the value of a call's only task. */
export function valueOfTask([outcome]: TaskOutcomes): unknown {
  if (outcome?.status === 'rejected') throw outcome.reason;
  return outcome?.value;
}

/** Returns the values of all chunks. @throws the error of the first chunk that failed */
export function valuesOfChunks(outcomes: TaskOutcomes): unknown[] {
  const all: unknown[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') throw outcome.reason;
    const { values, failure } = outcome.value as ChunkOutcome;
    const from = all.length;
    if (failure !== undefined) {
      addItem(failure.error, from + values.length);
      throw failure.error;
    }
    for (let i = 0; i < values.length; i++) all[from + i] = values[i];
  }
  return all;
}

/**
 * Returns the items of a starmap as arrays.
 *
 * @throws TypeError naming the first item that cannot be iterated
 */
export function argumentLists(where: string, items: Iterable<unknown>): unknown[][] {
  return Array.from(items, (item, i) => {
    if (Array.isArray(item)) return item as unknown[];
    if (typeof (item as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] === 'function')
      return [...(item as Iterable<unknown>)];
    throw new TypeError(`${where}: items[${String(i)}] must be a list of arguments, got ${show(item)}`);
  });
}
