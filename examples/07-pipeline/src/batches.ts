/** A batch of records, as they come from elsewhere. */
export interface Batch {
  readonly id: number;
  readonly lines: readonly string[];
}

export const linesPerBatch = 500;

/** The producer: batches of records, one after the other, each after a turn of the event loop, as from a socket or a cursor. */
export async function* batches(count: number): AsyncGenerator<Batch> {
  for (let id = 0; id < count; id++) {
    await new Promise((resolve) => setImmediate(resolve));
    yield { id, lines: Array.from({ length: linesPerBatch }, (_, i) => record(id * linesPerBatch + i)) };
  }
}

/** Its number, an amount, and a text. */
function record(n: number): string {
  return `${String(n)};${String((n * 7919) % 1000)};${'warp and weft '.repeat(3)}`;
}

/** The sum of all amounts in so many batches. */
export function expectedSum(count: number): number {
  let sum = 0;
  for (let n = 0; n < count * linesPerBatch; n++) sum += (n * 7919) % 1000;
  return sum;
}
