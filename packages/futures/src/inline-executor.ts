import { addTaskHost, type CurrentTask } from './current-task.js';
import { AbortError, ShutdownError, TimeoutError } from './errors.js';
import { Executor, type ShutdownOptions, type TaskRequest } from './executor.js';
import type { Future } from './future.js';
import { FutureController } from './future-controller.js';
import { checkOptions, ofType } from './options.js';
import { createAmbient } from '#platform';
import { reportError } from './report.js';
import { runChunk } from './run-chunk.js';
import type { ExecutorStatistics } from './statistics.js';
import { TaskTally } from './task-tally.js';
import { startTimer } from './timers.js';

const shutdownChecks = { wait: ofType('boolean'), cancelFutures: ofType('boolean') };
const ambient = createAmbient<InlineTask>();
let nextId = 1;

addTaskHost({
  currentTask: () => ambient.get()?.context,
  currentExecutor: () => ambient.get()?.executor,
});

/** A task that runs in the caller: its record and its future's controller in one. */
class InlineTask extends FutureController<unknown> {
  readonly executor: InlineExecutor;
  readonly #aborter = new AbortController();
  readonly context: CurrentTask;

  constructor(executor: InlineExecutor, request: TaskRequest, name: string) {
    super(name);
    this.executor = executor;
    const { onProgress } = request.options;
    this.context = {
      id: `inline-${String(nextId++)}`,
      name,
      signal: this.#aborter.signal,
      workerId: 0,
      attempt: 1,
      report: (progress) => {
        try {
          onProgress?.(progress);
        } catch (error) {
          reportError(`onProgress of task "${name}" threw`, 'HEDDLE_CALLBACK_THREW', error);
        }
      },
    };
  }

  /** Nothing can stop a function of one's own thread: after the grace the future fails and the function is let be. */
  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    const error = this.abortError(reason);
    this.#aborter.abort(reason);
    const inTime = await this.future.exception(graceMs).then(
      () => true,
      () => this.future.done(),
    );
    if (inTime) return await this.future.exception().then((outcome) => outcome instanceof AbortError, () => true);
    this.setException(error);
    return true;
  }

  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** Settles unless an abort was faster. A task that ends by throwing its signal's reason was aborted. */
  settle(failed: boolean, outcome: unknown): boolean {
    if (this.future.done()) return false;
    if (!failed) this.setResult(outcome);
    else if (this.signal.aborted && outcome === this.signal.reason) this.setException(this.abortError(outcome));
    else this.setException(outcome);
    return true;
  }
}

/**
 * Runs each task in the caller, at submit: for debugging and tests. Breakpoints and stack traces go straight through.
 * Arguments are not copied. `HEDDLE_EXECUTOR=inline` puts it in the place of every pool of a program.
 *
 * @example
 * ```ts
 * import { InlineExecutor } from '@heddle/futures';
 *
 * await using executor = new InlineExecutor();
 * export const three: number = await executor.submit((a: number, b: number) => a + b, 1, 2);
 * ```
 */
export class InlineExecutor extends Executor {
  readonly parallelism = 1;
  readonly #tally = new TaskTally();
  readonly #running = new Set<InlineTask>();
  #state: 'open' | 'shutdown' = 'open';

  override schedule(request: TaskRequest): Future<unknown> {
    if (this.#state === 'shutdown') {
      throw new ShutdownError('cannot schedule new futures after shutdown of this InlineExecutor; make a new one');
    }
    const { signal, timeoutMs, name } = request.options;
    const fnName = request.fn.name === '' ? 'anonymous' : request.fn.name;
    const task = new InlineTask(this, request, name ?? fnName);
    const { future } = task;
    if (signal?.aborted === true) {
      this.#tally.cancelled += 1;
      future.cancel(signal.reason);
      return future;
    }
    const abort = (): void => void future.abort(signal?.reason);
    task.setRunningOrNotifyCancel();
    this.#running.add(task);
    const stopTimer = startTimer(timeoutMs ?? Infinity, () => {
      void future.abort(new TimeoutError(`task "${task.name}" ran longer than ${String(timeoutMs)} ms`));
    });
    signal?.addEventListener('abort', abort, { once: true });
    const startedAt = performance.now();
    const end = (failed: boolean, outcome: unknown): void => {
      stopTimer();
      signal?.removeEventListener('abort', abort);
      this.#running.delete(task);
      this.#tally.runTime.record(performance.now() - startedAt);
      if (task.settle(failed, outcome) && !failed) this.#tally.finished += 1;
      else this.#tally.failed += 1;
    };
    this.#tally.waitTime.record(0);
    try {
      const value = ambient.run(task, () => call(request));
      if (typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function') {
        (value as PromiseLike<unknown>).then(
          (result) => { end(false, result); },
          (error: unknown) => { end(true, error); },
        );
      } else end(false, value);
    } catch (error) {
      end(true, error);
    }
    return future;
  }

  override async shutdown(options?: ShutdownOptions): Promise<void> {
    checkOptions('shutdown', options, shutdownChecks);
    this.#state = 'shutdown';
    if (options?.wait === false) return;
    while (this.#running.size > 0) {
      await Promise.allSettled([...this.#running].map((task) => task.future));
    }
  }

  override statistics(): ExecutorStatistics {
    const running = this.#running.size;
    return this.#tally.snapshot({
      state: this.#state,
      workers: { starting: 0, busy: running > 0 ? 1 : 0, idle: running > 0 ? 0 : 1, stopping: 0 },
      queued: 0,
      running,
      suspended: 0,
    });
  }
}

function call(request: TaskRequest): unknown {
  const { kind, args } = request;
  if (kind !== 'call') return runChunk(request.fn, args, kind === 'starchunk');
  const fn = request.fn as (...args: unknown[]) => unknown;
  return fn(...(args as unknown as unknown[]));
}
