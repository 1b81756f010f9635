/**
 * source ──▶ incoming ──▶ digestAll, on threads ──▶ outgoing ──▶ sink, some at a time
 *            a queue                                a queue
 *
 * Each queue holds a few items. Who finds one full waits; so all go at the pace of the slowest, and the memory that is needed doesn't
 * depend on how much goes through.
 */
import { CoroutineExecutor, Queue, TaskGroup, ThreadPoolExecutor } from 'heddle';
import type { Batch } from './batches.js';
import { digestAll, type Digest } from './digest.js';

export interface Stages {
  readonly source: AsyncIterable<Batch>;
  /** How many threads make digests. */
  readonly workers: number;
  /** Where digests go; called for several at a time. */
  readonly sink: (digest: Digest) => Promise<void>;
  /** How many digests the sink is given at a time. */
  readonly sinks: number;
  /** How many items each queue holds. */
  readonly queueSize: number;
}

/** What went through. */
export interface Flow {
  readonly batches: number;
  readonly records: number;
  readonly sum: number;
  /** The most batches that were between source and sink at a time. */
  readonly mostInside: number;
  readonly elapsedMs: number;
}

/** The most batches that can be inside: in the queues, on the threads, in the sink, and one in the hands of the source. */
export function bound({ workers, sinks, queueSize }: Pick<Stages, 'workers' | 'sinks' | 'queueSize'>): number {
  return 2 * queueSize + workers + sinks + 1;
}

/**
 * Runs a pipeline to its end.
 *
 * @throws ExceptionGroup of what failed; then nothing runs any more
 */
export async function pipeline({ source, workers, sink, sinks, queueSize }: Stages): Promise<Flow> {
  const startedAt = performance.now();
  const incoming = new Queue<Batch>({ maxSize: queueSize });
  const outgoing = new Queue<Digest>({ maxSize: queueSize });
  let [taken, done, records, sum, mostInside] = [0, 0, 0, 0, 0];

  /** A stage that fails ends the others: who waits at a queue is told. */
  const stage = async (run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      incoming.shutdown({ immediate: true });
      outgoing.shutdown({ immediate: true });
      throw error;
    }
  };

  await using threads = new ThreadPoolExecutor({ maxWorkers: workers });
  await using writers = new CoroutineExecutor({ maxConcurrency: sinks });
  await TaskGroup.run((group) => {
    group.createTask(stage, async () => {
      for await (const batch of source) {
        taken += 1;
        mostInside = Math.max(mostInside, taken - done);
        await incoming.put(batch);
      }
      incoming.shutdown();
    });
    group.createTask(stage, async () => {
      await Promise.all(Array.from({ length: workers }, () => threads.submit(digestAll, incoming, outgoing)));
      outgoing.shutdown();
    });
    group.createTask(stage, async () => {
      const written = writers.map(
        async (digest: Digest) => {
          await sink(digest);
          return digest;
        },
        outgoing,
        { ordered: false, bufferSize: sinks },
      );
      for await (const digest of written) {
        done += 1;
        records += digest.records;
        sum += digest.sum;
      }
    });
  });
  return { batches: done, records, sum, mostInside, elapsedMs: performance.now() - startedAt };
}
