/**
 * every: calls a function at a fixed interval.
 *
 *   start      +1         +2         +3         +4            ticks are counted from the start, so delays do not add up
 *     │─────────│──────────│──────────│──────────│
 *   skip        ├──fn──┤   ├──────fn──────┤      ├──fn──┤     a tick during a run is skipped
 *   queue       ├──fn──┤   ├──────fn──────┤├─fn─┤├─fn─┤       runs one after the other, none is skipped
 *   parallel    ├──fn──┤   ├──────fn──────┤
 *                                     ├──fn──┤                every tick begins a run
 */
import { ExceptionGroup } from '@heddle/futures';
import { abortSignal, checkOptions, finiteNumber, ofType, oneOf, systemClock, type Clock } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { isCancellation } from '../scopes/cancelled-by.js';
import { Coroutine } from '../tasks/coroutine.js';
import { checkCoroutineFunction } from '../tasks/create-task.js';
import { TaskGroup } from '../tasks/task-group.js';
import type { Task } from '../tasks/task.js';
import { sleepIn } from './sleep.js';

/** Options of {@link every}. */
export interface EveryOptions {
  /**
   * What happens to a tick during an earlier run: 'skip' skips it, with 'queue' its run waits for the earlier one, with 'parallel' it runs
   * at the same time.
   * @defaultValue 'skip'
   */
  overlap?: 'skip' | 'queue' | 'parallel';
  /**
   * Called with the error of each run that fails; the task then goes on with the next tick. When this function itself throws or rejects,
   * the task fails.
   * @defaultValue the task fails with the first error
   */
  onError?: (error: unknown) => unknown;
  /** Cancels the task when it aborts, as the cancellation of the scope does. */
  signal?: AbortSignal;
  /** Tells the time; for tests. @defaultValue the time of `performance.now()` */
  clock?: Clock;
}

const checks = { overlap: oneOf('skip', 'queue', 'parallel'), onError: ofType('function'), signal: abortSignal, clock: ofType('object') };

/**
 * Calls `fn` every `ms` milliseconds, until the returned task is cancelled or `fn` fails (see `onError`). The first call comes after `ms`
 * milliseconds. Ticks are counted from the beginning, so delays do not add up.
 *
 * Several ticks that pass while the event loop is blocked or the machine sleeps count as one; with 'queue' each of them counts.
 *
 * @param ms - milliseconds, more than 0
 * @returns a task of the scope of this call. It fails with the error of `fn`. If runs that were cancelled because of it fail as well, all
 *   errors are in one ExceptionGroup (`HEDDLE_EXCEPTION_GROUP`)
 * @throws TypeError or RangeError for wrong arguments
 * @example
 * ```ts
 * import { every, sleep } from '@heddle/coroutines';
 *
 * let count = 0;
 * const ticking = every(5, () => { count += 1; });
 * await sleep(50);
 * ticking.cancel();
 * console.log(count > 1); // true
 * ```
 */
export function every(ms: number, fn: () => unknown, options?: EveryOptions): Task<never> {
  finiteNumber(ms, 'every: ms');
  if (ms <= 0) throw new RangeError(`every: ms must be more than 0 milliseconds, got ${String(ms)}`);
  checkCoroutineFunction('every', fn);
  checkOptions('every', options, checks);
  const { overlap = 'skip', onError, signal, clock = systemClock } = options ?? {};
  const run = onError === undefined ? fn : withErrorHandler(fn, onError);
  const coroutine = new Coroutine<never>(currentScope(), () => tick(ms, run, overlap, clock), []);
  if (signal !== undefined) coroutine.scope.follow(signal, 'every was cancelled by its signal');
  return coroutine.future;
}

async function tick(ms: number, fn: () => unknown, overlap: NonNullable<EveryOptions['overlap']>, clock: Clock): Promise<never> {
  const begin = { skip, queue, parallel }[overlap];
  try {
    return await TaskGroup.run(async (group) => {
      const scope = currentScope();
      const run = begin(group, fn);
      const start = clock.now();
      for (let passed = 0; ;) {
        await sleepIn(Math.max(0, start + (passed + 1) * ms - clock.now()), clock, scope);
        const due = Math.max(1, Math.floor((clock.now() - start) / ms) - passed); // a timer may be a little early
        passed += due;
        run(due);
      }
    });
  } catch (error) {
    throw error instanceof ExceptionGroup && error.errors.length === 1 ? error.errors[0] : error;
  }
}

/** Wraps a function: `onError` gets its errors, except those of a cancellation, which are thrown. */
function withErrorHandler(fn: () => unknown, onError: (error: unknown) => unknown): () => Promise<void> {
  return async () => {
    const scope = currentScope();
    try {
      await fn();
    } catch (error) {
      if (isCancellation(error, scope?.error)) throw error;
      await onError(error);
    }
  };
}

/** Called with the number of ticks that are due. */
type OnTick = (due: number) => void;

function skip(group: TaskGroup, fn: () => unknown): OnTick {
  let isRunning = false;
  const run = async (): Promise<void> => {
    try {
      await fn();
    } finally {
      isRunning = false;
    }
  };
  return () => {
    if (isRunning) return;
    isRunning = true;
    group.createTask(run);
  };
}

function queue(group: TaskGroup, fn: () => unknown): OnTick {
  let owed = 0;
  const run = async (): Promise<void> => {
    for (; owed > 0; owed--) await fn();
  };
  return (due) => {
    const isRunning = owed > 0;
    owed += due;
    if (!isRunning) group.createTask(run);
  };
}

function parallel(group: TaskGroup, fn: () => unknown): OnTick {
  return () => {
    group.createTask(fn);
  };
}
