import type { ChunkOutcome } from '../executor/task-request.js';
import type { Future } from '../future/future.js';

/** A chunk under way or ready; `outcome` is there when it is done. */
export interface Chunk {
  readonly size: number;
  /** Of its first item among all; `undefined` where an error stands for what is not an item. */
  readonly from: number | undefined;
  readonly future: Future<unknown> | undefined;
  outcome: ChunkOutcome | undefined;
}

/** Stands for the values of a chunk that failed as a whole. */
const nothing: readonly unknown[] = [];

/** The outcome of a chunk that failed as a whole: its worker died, it was cancelled, ... */
export function wholeFailure(error: unknown): ChunkOutcome {
  return { values: nothing, failure: { error }, elapsedMs: 0 };
}

/** The index of the item that a chunk's failure is of; `undefined` when it is of the chunk, or of the whole map. */
export function failedItem(chunk: Chunk | undefined): number | undefined {
  if (chunk?.from === undefined) return undefined;
  const { values } = chunk.outcome ?? wholeFailure(undefined);
  if (values === nothing) return chunk.size === 1 ? chunk.from : undefined;
  return chunk.from + values.length;
}
