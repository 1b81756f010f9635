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
  /** After that many milliseconds what still runs is cancelled, and waited for. @defaultValue no limit */
  timeoutMs?: number;
}

/** Options of {@link createBackground}. */
export interface BackgroundOptions {
  /**
   * Told of each task that fails.
   * @defaultValue a warning `HEDDLE_BACKGROUND_FAILED`
   */
  onError?: (error: unknown, taskName: string) => void;
}

/** A registry of tasks that belong to nobody: call it to begin one. */
export interface Background {
  /**
   * Begins `fn(...args)` as a task that belongs to no scope: it outlives whoever began it, and no cancellation of theirs reaches it.
   *
   * @throws TypeError when `fn` is no function
   */
  <A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Task<Awaited<R>>;
  /** How many are under way. */
  readonly size: number;
  /**
   * Waits until none is under way, those that are begun meanwhile included.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) inside one of its tasks, which would wait for itself; CancelledError
   *   (`HEDDLE_CANCELLED`) when the scope of the caller is cancelled: the tasks go on; TypeError or RangeError for a wrong option
   */
  drain(options?: DrainOptions): Promise<void>;
}

const drainChecks = { timeoutMs: durationMs };
const backgroundChecks = { onError: ofType('function') };

/**
 * Makes a registry of its own, as {@link background} is one: for a part of a program that is to be drained by itself.
 *
 * @example
 * ```ts
 * import { createBackground } from '@heddle/coroutines';
 *
 * const background = createBackground(); // a registry of its own, for a library say
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
    future.addDoneCallback(() => undefined); // it counts as looked at: it is told of here
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
 * Fire and forget, without losing it: begins `fn(...args)` as a task that belongs to no scope. It is kept in a registry, an
 * error is reported by a warning (`HEDDLE_BACKGROUND_FAILED`), and `background.drain()` waits for all at the end of the program.
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
