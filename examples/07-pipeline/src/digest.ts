import { createHash } from 'node:crypto';
import { task, type Queue } from 'heddle';
import type { Batch } from './batches.js';

/** What is made of a batch. */
export interface Digest {
  readonly id: number;
  readonly records: number;
  readonly sum: number;
  readonly hash: string;
}

/** How often each line is hashed: the work that wants threads. */
const rounds = 10;

export function digest({ id, lines }: Batch): Digest {
  let sum = 0;
  let hash = '';
  for (const line of lines) {
    sum += Number(line.split(';')[1]);
    for (let i = 0; i < rounds; i++) hash = createHash('sha256').update(hash).update(line).digest('hex');
  }
  return { id, records: lines.length, sum, hash };
}

/**
 * The CPU stage, on a thread: takes batches as long as there are some. When the next queue is full the thread stands still, and
 * takes none: that is how a slow sink holds up the producer.
 */
export const digestAll: (incoming: Queue<Batch>, outgoing: Queue<Digest>) => Promise<number> = task(
  import.meta.url,
  async function digestAll(incoming: Queue<Batch>, outgoing: Queue<Digest>): Promise<number> {
    let count = 0;
    for await (const batch of incoming) {
      outgoing.putSync(digest(batch));
      count += 1;
    }
    return count;
  },
);
