import type { ChunkOutcome, Sliceable } from '../executor/task-request.js';
import type { Future } from '../future/future.js';
import { addItem } from './item-error.js';

/** A chunk that is running or done. It has an `outcome` when it is done. */
export interface Chunk {
  readonly size: number;
  /** The index of its first item among all items; `undefined` for an error that belongs to no item. */
  readonly from: number | undefined;
  /** The items themselves, if the results name them. */
  readonly items: readonly unknown[] | undefined;
  /** The bytes of its items and, when it is done, of its results. 0 if nobody limits them. */
  bytes: number;
  future: Future<unknown> | undefined;
  /** In a settled map, the results of the items before those that are running. */
  settled: unknown[];
  outcome: ChunkOutcome | undefined;
}

/** What a map yields for an item: the value of the function; that or the error; or the item itself, if the value is true. */
export type ResultForm = 'value' | 'settled' | 'filter';

/** The values of a chunk that failed as a whole. */
const nothing: readonly unknown[] = [];

/** The outcome of a chunk that failed as a whole, for example because its worker died or it was cancelled. */
export function wholeFailure(error: unknown): ChunkOutcome {
  return { values: nothing, failure: { error }, elapsedMs: 0 };
}

/** The end of a map whose source failed, or whose executor refused a chunk. */
export function failedSource(error: unknown): Chunk {
  return { size: 0, from: undefined, items: undefined, bytes: 0, future: undefined, settled: [], outcome: wholeFailure(error) };
}

/** Records in an outcome's error which item of the map ended in it, unless the chunk failed as a whole. */
export function nameItem(chunk: Chunk, { values, failure }: ChunkOutcome): void {
  if (failure === undefined || chunk.from === undefined) return;
  if (values === nothing) addItem(failure.error, chunk.size === 1 ? chunk.from : undefined);
  else addItem(failure.error, chunk.from + values.length);
}

/** Returns the outcome of a chunk of a filter: the items for which the value is true. */
export function keptItems(chunk: Chunk, outcome: ChunkOutcome): ChunkOutcome {
  const { items = [] } = chunk;
  return { ...outcome, values: items.slice(0, outcome.values.length).filter((_, at) => outcome.values[at]) };
}

/**
 * Takes the outcome of some items of a settled map, which ends at the first error.
 *
 * @param running - the items that ran
 * @returns the items after that error, which have yet to run; `undefined` when there are none
 */
export function settle(chunk: Chunk, running: Sliceable, outcome: ChunkOutcome): Sliceable | undefined {
  const { values, failure } = outcome;
  const { from = 0, items = [] } = chunk;
  const add = (result: object): void => {
    const at = chunk.settled.length;
    chunk.settled.push({ ...result, index: from + at, item: items[at] });
  };
  for (const value of Array.from(values)) add({ status: 'fulfilled', value });
  if (failure === undefined) return undefined;
  const isWhole = values === nothing;
  const failed = isWhole ? running.length : 1;
  for (let i = 0; i < failed; i++) {
    if (!isWhole || running.length === 1) addItem(failure.error, from + chunk.settled.length);
    add({ status: 'rejected', reason: failure.error });
  }
  const ran = values.length + failed;
  return ran < running.length ? running.slice(ran, running.length) : undefined;
}
