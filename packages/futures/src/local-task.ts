import { createAmbient, type Ambient } from '#platform';
import { isHeddleError, TimeoutError } from './errors.js';
import type { Executor } from './executor.js';
import { followSignal } from './follow-signal.js';
import { FutureController } from './future-controller.js';
import { watch } from './other-copies.js';
import { reportError } from './report.js';
import { addTaskHost, type CurrentTask } from './task-hosts.js';
import type { AnyFunction, TaskOptions, TaskRequest } from './task-request.js';
import { startTimer } from './timers.js';

/** What runs in the caller's own thread, as `currentTask()` and `currentExecutor()` see it. */
export interface LocalRun {
  readonly context: CurrentTask;
  readonly executor: Executor;
}

/** The innermost of them, whichever executors run them. For executor authors. */
export const localRun: Ambient<LocalRun> = createAmbient<LocalRun>();

addTaskHost({
  currentTask: () => localRun.get()?.context,
  currentExecutor: () => localRun.get()?.executor,
});

let nextId = 1;

/** The name of a task whose options have none: that of its function. */
export function functionName(fn: AnyFunction): string {
  return fn.name === '' ? 'anonymous' : fn.name;
}

/**
 * A task that runs in the caller's own thread: its future's controller, its signal and its clock. Nothing can stop such a
 * function: when it doesn't heed its signal its future fails after the grace, and it is let be. For executor authors.
 */
export class LocalTask extends FutureController<unknown> {
  readonly #options: TaskOptions;
  readonly #attempt: number;
  /** Made when it is first needed: it costs more than all the rest of a task. */
  #aborter: AbortController | undefined;
  #aborting: { readonly reason: unknown } | undefined;
  #wasAborted = false;
  #context: CurrentTask | undefined;

  constructor({ fn, options, attempt = 1 }: TaskRequest) {
    super(options.name ?? functionName(fn));
    this.#options = options;
    this.#attempt = attempt;
  }

  /** What the running function sees. */
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

  /** From now on the signal of its options cancels or aborts it. @returns whether it has done so already */
  followSignal(): boolean {
    return followSignal(this.future, this.#options.signal);
  }

  /** It runs: its `timeoutMs` counts from now. */
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

  /** Settles with what the function gave or threw, unless an abort was faster. */
  settle(failed: boolean, outcome: unknown): void {
    if (this.future.done()) return;
    if (!failed) this.setResult(outcome);
    else if (this.gaveWay(outcome)) this.setAborted();
    else this.setException(outcome);
  }

  /** Whether somebody aborts it. */
  protected get isAborting(): boolean {
    return this.#aborting !== undefined;
  }

  /** It didn't heed its signal: its future is about to fail, and the function goes on by itself. */
  protected onAbandon(_graceMs: number): void {
    // of interest to executors that count what runs
  }

  /** The signal of the running function. */
  get #signal(): AbortSignal {
    if (this.#aborter === undefined) {
      this.#aborter = new AbortController();
      if (this.#aborting !== undefined) this.#aborter.abort(this.#aborting.reason);
    }
    return this.#aborter.signal;
  }

  /** Whether the function ended by its signal: with the signal's reason, the AbortError of something it gave the signal to, or as coroutines do. */
  protected gaveWay(error: unknown): boolean {
    const signal = this.#aborter?.signal;
    if (signal?.aborted !== true) return false;
    if (error === signal.reason || isHeddleError(error, 'HEDDLE_CANCELLED')) return true;
    return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
  }

  /** Settles as stopped by an abort. */
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
