import type { ChunkOutcome } from '../executor/task-request.js';
import type { Future } from '../future/future.js';

/** A chunk that is running or done. It has an `outcome` when it is done. */
export interface Chunk {
  readonly size: number;
  /** The index of its first item among all items; `undefined` for an error that belongs to no item. */
  readonly from: number | undefined;
  readonly future: Future<unknown> | undefined;
  outcome: ChunkOutcome | undefined;
}

/** The values of a chunk that failed as a whole. */
const nothing: readonly unknown[] = [];

/** The outcome of a chunk that failed as a whole, for example because its worker died or it was cancelled. */
export function wholeFailure(error: unknown): ChunkOutcome {
  return { values: nothing, failure: { error }, elapsedMs: 0 };
}

/** The index of the item that failed; `undefined` when the chunk or the map failed as a whole. */
export function failedItem(chunk: Chunk | undefined): number | undefined {
  if (chunk?.from === undefined) return undefined;
  const { values } = chunk.outcome ?? wholeFailure(undefined);
  if (values === nothing) return chunk.size === 1 ? chunk.from : undefined;
  return chunk.from + values.length;
}
