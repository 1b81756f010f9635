import { FutureController, TimeoutError, type TaskRequest } from '@heddle/futures';
import { addSubmitStack, functionName, reportError, startTimer, watch, type SubmitSite } from '@heddle/futures/authors';
import type { EncodedCall } from './calls/encode-call.js';

/** The part of the backend that a task uses. */
export interface TaskOwner {
  /** Stands for the executor in the notes of failures. */
  readonly failures: object;
  /** Takes a pending task back. */
  takeBack(task: ThreadsJsTask): boolean;
  /** Whether the worker of a running task may be stopped. */
  readonly canStop: boolean;
}

/** A running task on its thread, as an abort reaches it. */
export interface TaskRun {
  /** Whether the task has read its signal, as far as the caller knows. */
  readonly isWatching: boolean;
  /** Tells the task. @returns whether that ends it for certain */
  tell(reason: unknown): boolean;
  /** Ends its worker. */
  stop(): void;
}

/** A task: the controller of its future, and its record in the queue and on a thread. */
export class ThreadsJsTask extends FutureController<unknown> {
  readonly submittedAt: number = performance.now();
  readonly priority: number;
  readonly site: SubmitSite | undefined;
  readonly #owner: TaskOwner;
  /** Neither is kept once the future is settled. */
  request: TaskRequest | undefined;
  /** What travels to a runner; `undefined` for an exposed function. */
  call: EncodedCall | undefined;
  /** Set while the task is on a thread. */
  run: TaskRun | undefined;
  isQueued = false;
  /** Called when the task begins to stand still, or goes on. */
  onStanding: ((stands: boolean) => void) | undefined;
  #aborting: { readonly reason: unknown } | undefined;
  #wasAborted = false;

  constructor(owner: TaskOwner, request: TaskRequest, site: SubmitSite | undefined) {
    super(request.options.name ?? functionName(request.fn));
    this.#owner = owner;
    this.request = request;
    this.site = site;
    this.priority = request.options.priority ?? 0;
    watch(this.future, () => {
      this.request = undefined;
      this.call = undefined;
    });
  }

  override get failureOwner(): object {
    return this.#owner.failures;
  }

  override onCancel(): boolean {
    return this.#owner.takeBack(this);
  }

  /** The task begins to run; its `timeoutMs` counts from now. */
  startClock(): void {
    const timeoutMs = this.request?.options.timeoutMs;
    if (timeoutMs === undefined || timeoutMs === Infinity) return;
    const stop = startTimer(timeoutMs, () => {
      void this.future.abort(new TimeoutError(`task "${this.name}" ran longer than ${String(timeoutMs)} ms (timeoutMs)`));
    });
    watch(this.future, stop);
  }

  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    this.#aborting ??= { reason };
    if (this.run?.tell(this.#aborting.reason) === true) this.#setAborted();
    if (graceMs !== Infinity && this.#owner.canStop && !this.#isWatching()) {
      // A look at the signal may be on its way.
      await new Promise((resolve) => setImmediate(resolve));
      if (!this.#isWatching()) this.#stop();
    }
    await this.#whenDone(graceMs);
    this.#stop();
    return this.#wasAborted;
  }

  /** Settles with the task's value, unless the future is done. */
  succeed(value: unknown): void {
    if (!this.future.done()) this.setResult(value);
  }

  /** Settles with the task's error, unless the future is done. Whatever a task throws after it was told to stop counts as giving way. */
  fail(error: unknown): void {
    if (this.future.done()) return;
    if (this.#aborting !== undefined) {
      this.#setAborted();
      return;
    }
    this.addStack(error);
    this.setException(error);
  }

  addStack(error: unknown): void {
    addSubmitStack(error, this.site);
  }

  report(progress: unknown): void {
    try {
      this.request?.options.onProgress?.(progress);
    } catch (error) {
      reportError(`onProgress of task "${this.name}" threw`, 'HEDDLE_CALLBACK_THREW', error);
    }
  }

  #isWatching(): boolean {
    return this.run?.isWatching === true;
  }

  /** Stops the worker where that is allowed. Where it is not, the task keeps its worker until it ends by itself. */
  #stop(): void {
    if (this.future.done()) return;
    const { run } = this;
    this.#setAborted();
    if (this.#owner.canStop) run?.stop();
  }

  #setAborted(): void {
    if (this.future.done()) return;
    this.#wasAborted = true;
    this.setException(this.abortError(this.#aborting?.reason));
  }

  async #whenDone(limitMs: number): Promise<void> {
    if (this.future.done()) return;
    await new Promise<void>((resolve) => {
      const stopTimer = startTimer(limitMs, resolve);
      watch(this.future, () => {
        stopTimer();
        resolve();
      });
    });
  }
}
