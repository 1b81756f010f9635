/**
 * The errors of all Heddle packages. They have one base class, a stable `code` each, and a brand. Across realms (Jest's vm, iframes)
 * and copies of the package `instanceof` fails, but the brand can still be recognized.
 */
import { beginWithUser } from '../stacks/tidy-stack.js';
import { isMarked, markError } from './brand.js';
import { ExceptionGroup } from './exception-group.js';

/** The codes of a {@link HeddleError}. Each has a page in docs/errors. */
export type HeddleErrorCode =
  | 'HEDDLE_CANCELLED'
  | 'HEDDLE_ABORTED'
  | 'HEDDLE_TIMEOUT'
  | 'HEDDLE_INVALID_STATE'
  | 'HEDDLE_SHUTDOWN'
  | 'HEDDLE_BROKEN_EXECUTOR'
  | 'HEDDLE_BROKEN_THREAD_POOL'
  | 'HEDDLE_BROKEN_PROCESS_POOL'
  | 'HEDDLE_WORKER_DIED'
  | 'HEDDLE_SERIALIZATION'
  | 'HEDDLE_QUEUE_FULL'
  | 'HEDDLE_NESTING_LIMIT'
  | 'HEDDLE_DEADLOCK'
  | 'HEDDLE_TASK_NOT_FOUND'
  | 'HEDDLE_ABANDONED_LOCK'
  | 'HEDDLE_BROKEN_BARRIER'
  | 'HEDDLE_EXCEPTION_GROUP';

/** The base class of all errors of Heddle: a stable `code` and, if there is one, a `cause`. */
export abstract class HeddleError extends Error {
  /** Stable across versions. Compare it instead of the message. */
  abstract readonly code: HeddleErrorCode;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    markError(this, new.target.name);
  }

  /** `instanceof HeddleError` is also true for ExceptionGroup, which is an AggregateError and cannot extend both. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return Function.prototype[Symbol.hasInstance].call(this, value) || (this === HeddleError && isMarked(value));
  }
}

/**
 * Tells whether a value is an error of Heddle, from any realm and any copy of the package.
 *
 * @param value - anything
 * @param code - if it is given, the error must have this code
 * @returns true for an error of Heddle, with this code if one is given
 * @example
 * ```ts
 * import { isHeddleError } from '@heddle/futures';
 *
 * export const wasCancelled = (error: unknown): boolean => isHeddleError(error, 'HEDDLE_CANCELLED');
 * ```
 */
export function isHeddleError(value: unknown, code?: HeddleErrorCode): value is HeddleError {
  return isMarked(value) && (code === undefined || value.code === code);
}

/** The future was cancelled before its task ran, or the scope of a coroutine was cancelled. `cause` is the reason given to `cancel()`. */
export class CancelledError extends HeddleError {
  readonly code = 'HEDDLE_CANCELLED' as const;
}

/** A running task was stopped by `abort()` or by its signal. `reason` (also the `cause`) says why. */
export class AbortError extends HeddleError {
  readonly code = 'HEDDLE_ABORTED' as const;
  readonly reason: unknown;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.reason = options?.cause;
  }
}

/** A wait or a task took longer than the `timeoutMs` it was given. */
export class TimeoutError extends HeddleError {
  readonly code = 'HEDDLE_TIMEOUT' as const;
}

/** The operation is not allowed in the future's state, for example a second `setResult`. */
export class InvalidStateError extends HeddleError {
  readonly code = 'HEDDLE_INVALID_STATE' as const;
}

/** The executor was shut down: it accepts no more tasks. */
export class ShutdownError extends HeddleError {
  readonly code = 'HEDDLE_SHUTDOWN' as const;
}

/** The executor can run no more tasks; `cause` is the error that broke it. */
export class BrokenExecutor extends HeddleError {
  readonly code: 'HEDDLE_BROKEN_EXECUTOR' | 'HEDDLE_BROKEN_THREAD_POOL' | 'HEDDLE_BROKEN_PROCESS_POOL' = 'HEDDLE_BROKEN_EXECUTOR';
}

/** A {@link BrokenExecutor} whose workers were threads. */
export class BrokenThreadPool extends BrokenExecutor {
  override readonly code = 'HEDDLE_BROKEN_THREAD_POOL' as const;
}

/** A {@link BrokenExecutor} whose workers were processes. */
export class BrokenProcessPool extends BrokenExecutor {
  override readonly code = 'HEDDLE_BROKEN_PROCESS_POOL' as const;
}

/** How a worker ended, as far as Heddle knows. */
export interface WorkerDeath {
  /** The worker's name, e.g. `ThreadPoolExecutor-0_1`. */
  readonly workerName: string;
  /** The exit code; `undefined` when a signal ended it. */
  readonly exitCode?: number | undefined;
  /** The signal's name, e.g. `SIGKILL`. */
  readonly signal?: string | undefined;
  /** The process id, for workers that are processes. */
  readonly pid?: number | undefined;
}

/** The worker that had claimed the task ended before the task did. */
export class WorkerDiedError extends HeddleError implements WorkerDeath {
  readonly code = 'HEDDLE_WORKER_DIED' as const;
  readonly workerName: string;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly pid: number | undefined;

  constructor(message: string, options?: { cause?: unknown } & Partial<WorkerDeath>) {
    super(message, options && 'cause' in options ? { cause: options.cause } : undefined);
    this.workerName = options?.workerName ?? '';
    this.exitCode = options?.exitCode;
    this.signal = options?.signal;
    this.pid = options?.pid;
  }
}

/** A function, an argument or a result cannot travel. `path` names the place, for example `args[0].config.onClose`. */
export class SerializationError extends HeddleError {
  readonly code = 'HEDDLE_SERIALIZATION' as const;
  readonly path: string | undefined;

  constructor(message: string, options?: { path?: string; cause?: unknown }) {
    super(message, options && 'cause' in options ? { cause: options.cause } : undefined);
    this.path = options?.path;
    beginWithUser(this, new.target);
  }
}

/** The executor's queue is full: it holds `maxQueueSize` tasks. */
export class QueueFullError extends HeddleError {
  readonly code = 'HEDDLE_QUEUE_FULL' as const;
}

/** More tasks await their nested tasks than the executor allows (`maxSuspendedTasks`). */
export class NestingLimitError extends HeddleError {
  readonly code = 'HEDDLE_NESTING_LIMIT' as const;
}

/** A blocking wait (`Future.resultSync`) could never end, since its task needs the thread that waits. The task keeps running. */
export class DeadlockError extends HeddleError {
  readonly code = 'HEDDLE_DEADLOCK' as const;
}

/** A function reference could not be resolved in the worker: no such module, no such export, or it failed to load. */
export class TaskNotFoundError extends HeddleError {
  readonly code = 'HEDDLE_TASK_NOT_FOUND' as const;
}

/** A thread ended while it held a lock, or while it changed another object of `@heddle/sync`. The guarded data may be half changed. */
export class AbandonedLockError extends HeddleError {
  readonly code = 'HEDDLE_ABANDONED_LOCK' as const;
}

/** A Barrier was aborted or reset, a wait at it timed out, or its action failed. All waits at the barrier end with this error. */
export class BrokenBarrierError extends HeddleError {
  readonly code = 'HEDDLE_BROKEN_BARRIER' as const;
}

type HeddleErrorClass = new (message: string) => HeddleError;

const classes: ReadonlyMap<string, HeddleErrorClass> = new Map<string, HeddleErrorClass>([
  ['HEDDLE_CANCELLED', CancelledError],
  ['HEDDLE_ABORTED', AbortError],
  ['HEDDLE_TIMEOUT', TimeoutError],
  ['HEDDLE_INVALID_STATE', InvalidStateError],
  ['HEDDLE_SHUTDOWN', ShutdownError],
  ['HEDDLE_BROKEN_EXECUTOR', BrokenExecutor],
  ['HEDDLE_BROKEN_THREAD_POOL', BrokenThreadPool],
  ['HEDDLE_BROKEN_PROCESS_POOL', BrokenProcessPool],
  ['HEDDLE_WORKER_DIED', WorkerDiedError],
  ['HEDDLE_SERIALIZATION', SerializationError],
  ['HEDDLE_QUEUE_FULL', QueueFullError],
  ['HEDDLE_NESTING_LIMIT', NestingLimitError],
  ['HEDDLE_DEADLOCK', DeadlockError],
  ['HEDDLE_TASK_NOT_FOUND', TaskNotFoundError],
  ['HEDDLE_ABANDONED_LOCK', AbandonedLockError],
  ['HEDDLE_BROKEN_BARRIER', BrokenBarrierError],
  ['HEDDLE_EXCEPTION_GROUP', ExceptionGroup],
]);

/**
 * The error class with a code, to rebuild an error that came from another thread or process. For authors of serializers.
 *
 * @param code - any string
 * @returns the class, or `undefined` when no error of Heddle has this code
 */
export function heddleErrorClass(code: string): HeddleErrorClass | undefined {
  return classes.get(code);
}

export { ExceptionGroup };
export { bundleProblem, isInBundle } from '../lazy/in-bundle.js';
export { standInOf } from '../lazy/stand-ins.js';
export { internalFrames } from '../stacks/internal-frames.js';
export { limitStacks, restoreStacks, withStackLimit } from '../stacks/stack-limit.js';
