/** Decorators to run the conformance suite over: each by itself, and nested in any order. */
import { InlineExecutor, type Executor } from '@heddle/futures';
import type { ConformanceOptions } from '@heddle/testkit';
import { ThreadPoolExecutor } from '@heddle/threads';
import { CoroutineExecutor } from '../executors/coroutine-executor.js';
import { fallback } from '../executors/decorators/fallback.js';
import { hedged } from '../executors/decorators/hedged.js';
import { limited } from '../executors/decorators/limited.js';
import { memoized } from '../executors/decorators/memoized.js';
import { retrying } from '../executors/decorators/retrying.js';
import { timed } from '../executors/decorators/timed.js';
import { traced } from '../executors/decorators/traced.js';

type Decorate = (executor: Executor) => Executor;

const longMs = 600_000;
let calls = 0;

/** An executor that was shut down: `fallback` to it is none. */
function closed(): Executor {
  const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  void executor.shutdown();
  return executor;
}

/**
 * Each does what it does without a change to what the suite sees: no time is over, no limit reached, no call equal to another, no
 * failure tried again.
 */
export const decorators: Readonly<Record<string, Decorate>> = {
  traced: (executor) => traced(executor, () => undefined),
  timed: (executor) => timed(executor, longMs),
  retrying: (executor) => retrying(executor, { retryIf: () => false }),
  limited: (executor) => limited(executor, { concurrency: 100_000, perSecond: 10_000_000 }),
  memoized: (executor) => memoized(executor, { key: () => ++calls, maxSize: 2 }),
  hedged: (executor) => hedged(executor, longMs),
  fallback: (executor) => fallback(executor, closed(), { fallbackIf: () => false }),
};

/** What each executor is able to, for the suite. */
export const capabilities = {
  InlineExecutor: { sharedMemory: true, nested: true, progress: true },
  CoroutineExecutor: {
    parallel: true,
    cooperative: true,
    sharedMemory: true,
    priorities: true,
    nested: true,
    progress: true,
    queueLimit: true,
  },
  ThreadPoolExecutor: {
    parallel: true,
    isolated: true,
    sharedMemory: true,
    abortsBlocked: true,
    crashes: true,
    priorities: true,
    nested: true,
    callerObjects: true,
    progress: true,
    blocking: true,
    workerIdentity: true,
    checksOptions: true,
    initializer: true,
    queueLimit: true,
    maxTasksPerWorker: true,
    brokenCode: 'HEDDLE_BROKEN_THREAD_POOL',
  },
} as const;

export type Kind = keyof typeof capabilities;

/** A new executor of a kind. */
export function make(kind: Kind, options: ConformanceOptions = {}): Executor {
  if (kind === 'InlineExecutor') return new InlineExecutor();
  if (kind === 'ThreadPoolExecutor') return new ThreadPoolExecutor(options);
  const { maxWorkers, ...rest } = options;
  return new CoroutineExecutor(maxWorkers === undefined ? rest : { ...rest, maxConcurrency: maxWorkers });
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The names of all decorators, in an order of chance. */
export function shuffled(next: () => number): string[] {
  const names = Object.keys(decorators);
  for (let i = names.length - 1; i > 0; i--) {
    const other = Math.floor(next() * (i + 1));
    [names[i], names[other]] = [names[other] ?? '', names[i] ?? ''];
  }
  return names;
}

/** Puts decorators around an executor, the first name outermost. */
export function nest(names: readonly string[], executor: Executor): Executor {
  return names.reduceRight((inner, name) => decorators[name]?.(inner) ?? inner, executor);
}
