import { runInThisContext } from 'node:vm';
import { expect } from '@jest/globals';
import { until } from '@heddle/testkit/support';
import type { ThreadPoolExecutor } from '@heddle/threads';

/** What this process holds open, as far as threads leave it. */
export interface Holdings {
  readonly threads: number;
  /** Handles of libuv that threads and message ports have. */
  readonly asyncHandles: number;
  /** What keeps the process alive, of these kinds. */
  readonly active: number;
}

interface Report {
  readonly workers: readonly unknown[];
  readonly libuv: readonly { readonly type: string }[];
}

// Under Jest the global process is a copy.
const host = runInThisContext('process') as NodeJS.Process;

/** Counts what is open now. */
export function holdings(): Holdings {
  const { workers, libuv } = host.report.getReport() as unknown as Report;
  const active = host.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort' || kind === 'Worker');
  return { threads: workers.length, asyncHandles: libuv.filter(({ type }) => type === 'async').length, active: active.length };
}

/** Fails unless the pool, which has been shut down, has left nothing behind. */
export async function expectNothingLeft(pool: ThreadPoolExecutor, before: Holdings): Promise<void> {
  const { workers, queued, running, suspended } = pool.statistics();
  expect({ ...workers, queued, running, suspended }).toEqual({
    starting: 0,
    busy: 0,
    idle: 0,
    stopping: 0,
    queued: 0,
    running: 0,
    suspended: 0,
  });
  // Handles are closed in the turn after they were asked to. The runner's own may have gone meanwhile.
  await until('the handles of threads to be closed', () => holdings().asyncHandles <= before.asyncHandles);
  const { threads, active } = holdings();
  expect(threads).toBeLessThanOrEqual(before.threads); // those of a test before may have ended
  expect(active).toBeLessThanOrEqual(before.active);
}
