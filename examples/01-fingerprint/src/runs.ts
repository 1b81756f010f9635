import { ProcessPoolExecutor, ThreadPoolExecutor, type Executor } from 'heddle';
import { fingerprint, type Fingerprint } from './fingerprint.js';
import { startProgress } from './progress.js';

/** One pass over all files. */
export interface Run {
  readonly title: string;
  readonly results: readonly Fingerprint[];
  readonly elapsedMs: number;
}

/** File by file, in this thread. */
export async function runInline(files: readonly string[]): Promise<Run> {
  return await timed('inline', files.length, async (update) => {
    const results: Fingerprint[] = [];
    for (const path of files) {
      const result = fingerprint(path);
      results.push(result instanceof Promise ? await result : result);
      update(results.length);
    }
    return results;
  });
}

/** The same function, on threads. */
export async function runOnThreads(files: readonly string[], maxWorkers: number | undefined): Promise<Run> {
  await using pool = new ThreadPoolExecutor(maxWorkers === undefined ? {} : { maxWorkers });
  return await runOnPool(pool, files, pool.parallelism === 1 ? 'thread' : 'threads');
}

/** The same function, on processes. */
export async function runOnProcesses(files: readonly string[], maxWorkers: number | undefined): Promise<Run> {
  await using pool = new ProcessPoolExecutor(maxWorkers === undefined ? {} : { maxWorkers });
  return await runOnPool(pool, files, pool.parallelism === 1 ? 'process' : 'processes');
}

async function runOnPool(pool: Executor, files: readonly string[], workers: string): Promise<Run> {
  const isInline = process.env['HEDDLE_EXECUTOR'] === 'inline'; // Heddle was told to start no workers
  const title = isInline ? 'pool, inline' : `${String(pool.parallelism)} ${workers}`;
  return await timed(title, files.length, (update) => pool.map(fingerprint, files, { onProgress: update }).toArray());
}

async function timed(title: string, total: number, work: (update: (done: number) => void) => Promise<Fingerprint[]>): Promise<Run> {
  const progress = startProgress(title, total);
  try {
    const startedAt = performance.now();
    const results = await work((done) => {
      progress.update(done);
    });
    return { title, results, elapsedMs: performance.now() - startedAt };
  } finally {
    progress.stop();
  }
}
