import { InvalidStateError, type CancelledError } from '@heddle/futures';
import { checkOptions, durationMs, ofType, reportError, startTimer } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { cancelledBy } from '../scopes/cancelled-by.js';
import { Scope } from '../scopes/scope.js';
import { suspend } from '../scopes/suspend.js';
import { Coroutine } from './coroutine.js';
import { checkCoroutineFunction } from './create-task.js';
import type { Task } from './task.js';

/** Options of {@link Background.drain}. */
export interface DrainOptions {
  /** How many milliseconds to wait before the remaining tasks are cancelled, and then waited for. @defaultValue no limit */
  timeoutMs?: number;
}

/** Options of {@link createBackground}. */
export interface BackgroundOptions {
  /**
   * Called for each task that fails, with its error and name.
   * @defaultValue emits a warning `HEDDLE_BACKGROUND_FAILED`
   */
  onError?: (error: unknown, taskName: string) => void;
}

/** A registry of tasks that belong to no scope. Call it to begin a task. */
export interface Background {
  /**
   * Begins `fn(...args)` as a task that belongs to no scope. The task may outlive the code that began it, and the cancellation of that
   * code does not reach it.
   *
   * @throws TypeError when `fn` is not a function
   */
  <A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Task<Awaited<R>>;
  /** How many tasks have not ended. */
  readonly size: number;
  /**
   * Waits until all tasks have ended, including those that begin in the meantime.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) inside one of its tasks, which would wait for itself; CancelledError
   *   (`HEDDLE_CANCELLED`) when the scope of the caller is cancelled, in which case the tasks go on; TypeError or RangeError for a wrong option
   */
  drain(options?: DrainOptions): Promise<void>;
}

const drainChecks = { timeoutMs: durationMs };
const backgroundChecks = { onError: ofType('function') };

/**
 * Makes a separate registry like {@link background}, for a part of a program that is drained separately.
 *
 * @throws TypeError for a wrong option
 *
 * @example
 * ```ts
 * import { createBackground } from '@heddle/coroutines';
 *
 * const background = createBackground(); // a separate registry, for example for a library
 * background(async () => undefined);
 * await background.drain({ timeoutMs: 1000 });
 * ```
 */
export function createBackground(options?: BackgroundOptions): Background {
  checkOptions('createBackground', options, backgroundChecks);
  const { onError = reportFailure } = options ?? {};
  const scope = new Scope(undefined);
  let size = 0;
  scope.extras.onFailure = (error, { name, future }): void => {
    future.addDoneCallback(() => undefined); // marks the failure as retrieved: onError reports it
    try {
      onError(error, name);
    } catch (problem) {
      reportError(`onError, told that background task "${name}" failed, threw`, 'HEDDLE_CALLBACK_THREW', problem);
    }
  };

  const begin = <A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Task<Awaited<R>> => {
    checkCoroutineFunction('background', fn);
    const coroutine = new Coroutine<Awaited<R>>(scope, fn, args);
    size += 1;
    coroutine.scope.onClose(() => {
      size -= 1;
    });
    return coroutine.future;
  };
  const drain = async (drainOptions?: DrainOptions): Promise<void> => {
    checkOptions('drain', drainOptions, drainChecks);
    const around = currentScope();
    if (isWithin(around, scope))
      throw new InvalidStateError('drain: a background task would wait for itself; drain from outside, at the end of the program');
    const { timeoutMs = Infinity } = drainOptions ?? {};
    await suspend<undefined>((resolve) => {
      const stopTimer = startTimer(timeoutMs, () => {
        scope.cancelChildren(overdue(timeoutMs));
      });
      void scope.untilIdle().then(() => {
        stopTimer();
        resolve(undefined);
      });
      return stopTimer;
    }, around);
  };
  return Object.defineProperty(Object.assign(begin, { drain }), 'size', { get: () => size }) as unknown as Background;
}

/**
 * Begins `fn(...args)` as a task that belongs to no scope (fire and forget). A registry keeps the task, an error is reported by a warning
 * (`HEDDLE_BACKGROUND_FAILED`), and `background.drain()` waits for all tasks at the end of the program.
 *
 * @example
 * ```ts
 * import { background, sleep } from '@heddle/coroutines';
 *
 * async function log(line: string): Promise<void> {
 *   await sleep(1);
 *   console.log(line); // answered
 * }
 *
 * background(log, 'answered');
 * await background.drain({ timeoutMs: 5000 });
 * console.log(background.size); // 0
 * ```
 */
export const background: Background = createBackground();

function reportFailure(error: unknown, name: string): void {
  reportError(`background task "${name}" failed`, 'HEDDLE_BACKGROUND_FAILED', error);
}

function overdue(timeoutMs: number): CancelledError {
  return cancelledBy(`drain: it was not done after ${String(timeoutMs)} ms`, undefined);
}

function isWithin(scope: Scope | undefined, root: Scope): boolean {
  for (let each = scope; each !== undefined; each = each.parent) if (each === root) return true;
  return false;
}
