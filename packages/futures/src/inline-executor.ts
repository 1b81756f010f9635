import { addTaskHost, type CurrentTask } from './task-hosts.js';
import { DeadlockError, isHeddleError, ShutdownError, TimeoutError } from './errors.js';
import { Executor, type Reservation, type ShutdownOptions, type TaskRequest } from './executor.js';
import { outcomeOf, watch, type Future } from './future.js';
import { FutureController } from './future-controller.js';
import { checkOptions, ofType } from './options.js';
import { createAmbient } from '#platform';
import { reportError } from './report.js';
import { runChunk } from './run-chunk.js';
import { runStream, type PushItems } from './run-stream.js';
import type { ExecutorStatistics } from './statistics.js';
import { TaskTally } from './task-tally.js';
import { isThenable } from './thenable.js';
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
  /** Made when it is first needed: it costs more than all the rest of a task. */
  #aborter: AbortController | undefined;
  #abortReason: unknown;
  #aborted = false;
  readonly context: CurrentTask;

  constructor(executor: InlineExecutor, request: TaskRequest, name: string) {
    super(name);
    this.executor = executor;
    const { onProgress } = request.options;
    const aborter = (): AbortController => (this.#aborter ??= new AbortController());
    this.context = {
      id: `inline-${String(nextId++)}`,
      name,
      get signal() {
        return aborter().signal;
      },
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

  override onBlock(timeoutMs: number): void {
    if (timeoutMs === 0) return;
    throw new DeadlockError(
      `task "${this.name}": resultSync() would wait for ever, since InlineExecutor runs the task on the thread that would wait; await the future, or use a pool`,
    );
  }

  /** Nothing can stop a function of one's own thread: after the grace the future fails and the function is let be. */
  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    if (this.#aborter?.signal.aborted !== true) this.#abortReason = reason;
    this.#aborter ??= new AbortController();
    this.#aborter.abort(reason);
    await new Promise<void>((resolve) => {
      const stopTimer = startTimer(graceMs, resolve);
      watch(this.future, () => {
        stopTimer();
        resolve();
      });
    });
    if (!this.future.done()) this.#setAborted();
    return this.#aborted;
  }

  /** Settles unless an abort was faster. */
  settle(failed: boolean, outcome: unknown): void {
    if (this.future.done()) return;
    if (!failed) this.setResult(outcome);
    else if (this.#gaveWay(outcome)) this.#setAborted();
    else this.setException(outcome);
  }

  /** Whether the task ended by its signal: with the signal's reason, the AbortError of something it gave the signal to, or as coroutines do. */
  #gaveWay(error: unknown): boolean {
    const signal = this.#aborter?.signal;
    if (signal?.aborted !== true) return false;
    if (error === signal.reason || isHeddleError(error, 'HEDDLE_CANCELLED')) return true;
    return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
  }

  #setAborted(): void {
    this.#aborted = true;
    this.setException(this.abortError(this.#abortReason));
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
  /** Maps that have items to come, each with what tells it that shutdown cancels these. */
  readonly #maps = new Map<Reservation, () => void>();
  #whenQuiet: (() => void)[] = [];
  #state: 'open' | 'shutdown' = 'open';

  override schedule(request: TaskRequest): Future<unknown> {
    this.#checkOpen();
    return this.#run(request);
  }

  override reserve(onCancel: () => void): Reservation {
    this.#checkOpen();
    const reservation: Reservation = {
      schedule: (request) => this.#run(request),
      close: () => {
        this.#maps.delete(reservation);
        this.#tellWhenQuiet();
      },
    };
    this.#maps.set(reservation, onCancel);
    return reservation;
  }

  override async shutdown(options?: ShutdownOptions): Promise<void> {
    checkOptions('shutdown', options, shutdownChecks);
    this.#state = 'shutdown';
    if (options?.cancelFutures === true) for (const cancel of [...this.#maps.values()]) cancel();
    if (options?.wait === false || this.#quiet) return;
    await new Promise<void>((resolve) => this.#whenQuiet.push(resolve));
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

  #run(request: TaskRequest): Future<unknown> {
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
    watch(future, () => {
      stopTimer();
      signal?.removeEventListener('abort', abort);
      this.#running.delete(task);
      this.#tally.runTime.record(performance.now() - startedAt);
      if (outcomeOf(future).failed) this.#tally.failed += 1;
      else this.#tally.finished += 1;
      this.#tellWhenQuiet();
    });
    this.#tally.waitTime.record(0);
    try {
      const value = ambient.run(task, () => call(request, task.context));
      if (isThenable(value)) {
        // Promise.resolve makes any thenable keep a promise's rules.
        Promise.resolve(value).then(
          (result) => { task.settle(false, result); },
          (error: unknown) => { task.settle(true, error); },
        );
      } else task.settle(false, value);
    } catch (error) {
      task.settle(true, error);
    }
    return future;
  }

  #checkOpen(): void {
    if (this.#state === 'open') return;
    throw new ShutdownError('cannot schedule new futures after shutdown of this InlineExecutor; make a new one');
  }

  get #quiet(): boolean {
    return this.#running.size === 0 && this.#maps.size === 0;
  }

  #tellWhenQuiet(): void {
    if (!this.#quiet) return;
    for (const resolve of this.#whenQuiet.splice(0)) resolve();
  }
}

function call({ kind, fn, args }: TaskRequest, context: CurrentTask): unknown {
  if (kind === 'chunk' || kind === 'starchunk') return runChunk(fn, args, kind === 'starchunk');
  const list = args as unknown as unknown[];
  if (kind === 'stream') return runStream(fn, list[0] as PushItems, list.slice(1), context.signal);
  return (fn as (...args: unknown[]) => unknown)(...list);
}
