import { createAmbient, type Ambient } from '#platform';
import { isHeddleError, TimeoutError } from '../errors/errors.js';
import type { Executor } from '../executor/executor.js';
import { addTaskHost, type CurrentTask } from '../executor/task-hosts.js';
import type { AnyFunction, TaskOptions, TaskRequest } from '../executor/task-request.js';
import type { WorkerValues } from '../executor/worker-values.js';
import { followSignal } from '../future/follow-signal.js';
import { FutureController } from '../future/future-controller.js';
import { watch } from '../future/other-copies.js';
import { reportError } from '../helpers/report.js';
import { startTimer } from '../helpers/timers.js';

/** A task that runs on the caller's own thread, as `currentTask()` and `currentExecutor()` see it. */
export interface LocalRun {
  readonly context: CurrentTask;
  readonly executor: Executor;
  /** What the tasks of the executor share: see WorkerValues. */
  readonly workerValues: WorkerValues;
}

/** The innermost running task of this kind, whichever executor runs it. For authors of executors. */
export const localRun: Ambient<LocalRun> = createAmbient<LocalRun>();

addTaskHost({
  currentTask: () => localRun.get()?.context,
  currentExecutor: () => localRun.get()?.executor,
  workerValues: () => localRun.get()?.workerValues,
});

let nextId = 1;

/** The name of a task whose options have none: that of its function. */
export function functionName(fn: AnyFunction): string {
  return fn.name === '' ? 'anonymous' : fn.name;
}

/**
 * A task that runs on the caller's own thread: the controller of its future, its signal and its timer. Nothing can stop such a
 * function. If it ignores its signal, its future fails after the grace period while the function keeps running. For authors of
 * executors.
 */
export class LocalTask extends FutureController<unknown> {
  readonly #options: TaskOptions;
  readonly #attempt: number;
  /** Created when it is first needed, since it costs more than the rest of a task. */
  #aborter: AbortController | undefined;
  #aborting: { readonly reason: unknown } | undefined;
  #wasAborted = false;
  #context: CurrentTask | undefined;

  constructor({ fn, options, attempt = 1 }: TaskRequest) {
    super(options.name ?? functionName(fn));
    this.#options = options;
    this.#attempt = attempt;
  }

  /** The task as the running function sees it. */
  get context(): CurrentTask {
    if (this.#context !== undefined) return this.#context;
    const signal = (): AbortSignal => this.#signal;
    return (this.#context = {
      id: `local-${String(nextId++)}`,
      name: this.name,
      get signal() {
        return signal();
      },
      workerId: 0,
      attempt: this.#attempt,
      report: (progress) => {
        this.#report(progress);
      },
    });
  }

  /** Makes the signal of the task's options cancel or abort it from now on. @returns whether the signal has done so already */
  followSignal(): boolean {
    return followSignal(this.future, this.#options.signal);
  }

  /** The task begins to run; its `timeoutMs` counts from now. */
  startClock(): void {
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined || timeoutMs === Infinity) return;
    const stop = startTimer(timeoutMs, () => {
      void this.future.abort(new TimeoutError(`task "${this.name}" ran longer than ${String(timeoutMs)} ms (timeoutMs)`));
    });
    watch(this.future, stop);
  }

  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    this.#aborting ??= { reason };
    this.#aborter?.abort(this.#aborting.reason);
    await new Promise<void>((resolve) => {
      const stopTimer = startTimer(graceMs, resolve);
      watch(this.future, () => {
        stopTimer();
        resolve();
      });
    });
    if (!this.future.done()) {
      this.onAbandon(graceMs);
      this.setAborted();
    }
    return this.#wasAborted;
  }

  /** Settles with the function's value or error, unless an abort was faster. */
  settle(failed: boolean, outcome: unknown): void {
    if (this.future.done()) return;
    if (!failed) this.setResult(outcome);
    else if (this.gaveWay(outcome)) this.setAborted();
    else this.setException(outcome);
  }

  /** Whether the task is being aborted. */
  protected get isAborting(): boolean {
    return this.#aborting !== undefined;
  }

  /** Called when the task has ignored its signal: its future is about to fail, and the function keeps running. */
  protected onAbandon(_graceMs: number): void {
    // executors that count running tasks override it
  }

  /** The signal of the running function. */
  get #signal(): AbortSignal {
    if (this.#aborter === undefined) {
      this.#aborter = new AbortController();
      if (this.#aborting !== undefined) this.#aborter.abort(this.#aborting.reason);
    }
    return this.#aborter.signal;
  }

  /**
   * Tells whether the signal ended the function. It then threw the signal's reason, an AbortError of an API that it passed the signal to, or
   * a CancelledError, as coroutines do.
   */
  protected gaveWay(error: unknown): boolean {
    const signal = this.#aborter?.signal;
    if (signal?.aborted !== true) return false;
    if (error === signal.reason || isHeddleError(error, 'HEDDLE_CANCELLED')) return true;
    return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
  }

  /** Settles the future as stopped by an abort. */
  protected setAborted(): void {
    this.#wasAborted = true;
    this.setException(this.abortError(this.#aborting?.reason));
  }

  #report(progress: unknown): void {
    try {
      this.#options.onProgress?.(progress);
    } catch (error) {
      reportError(`onProgress of task "${this.name}" threw`, 'HEDDLE_CALLBACK_THREW', error);
    }
  }
}
