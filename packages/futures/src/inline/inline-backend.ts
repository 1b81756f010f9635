import { defer } from '#platform';
import { BrokenExecutor, DeadlockError, ShutdownError } from '../errors/errors.js';
import { describeBackend, type ShutdownOptions } from '../executor/backend.js';
import { BaseBackend } from '../executor/base-backend.js';
import type { Executor } from '../executor/executor.js';
import { checkShutdownOptions } from '../executor/shutdown-options.js';
import type { ExecutorStatistics } from '../executor/statistics.js';
import type { CurrentTask } from '../executor/task-hosts.js';
import type { AnyFunction, ChunkOutcome, Reservation, TaskRequest } from '../executor/task-request.js';
import { TaskTally } from '../executor/task-tally.js';
import { WorkerValues } from '../executor/worker-values.js';
import { tellFailures } from '../future/failure-notes.js';
import type { Future } from '../future/future.js';
import { outcomeOf, watch } from '../future/other-copies.js';
import { describeError } from '../helpers/report.js';
import { isThenable } from '../helpers/thenable.js';
import { runChunk } from '../map/run-chunk.js';
import { SubmitSites, addLocalStack, failedSite, takeOrigin, type SubmitSite } from '../stacks/submit-site.js';
import { runStream } from '../stream/run-stream.js';
import { endHere } from './end-here.js';
import type { InlineExecutorOptions } from './inline-options.js';
import { LocalTask, localRun, type LocalRun } from './local-task.js';

/** A task that runs on the caller's thread, within the call of `submit`. */
class InlineTask extends LocalTask implements LocalRun {
  readonly #backend: InlineBackend;

  constructor(backend: InlineBackend, request: TaskRequest) {
    super(request);
    this.#backend = backend;
  }

  get executor(): Executor {
    return this.#backend.executor;
  }

  get workerValues(): WorkerValues {
    return this.#backend.workerValues;
  }

  override get failureOwner(): object {
    return this.#backend.failures;
  }

  override onBlock(timeoutMs: number): void {
    if (timeoutMs === 0) return;
    throw new DeadlockError(
      `task "${this.name}": resultSync() would wait for ever, since InlineExecutor runs the task on the thread that would wait; await the future, or use a pool`,
    );
  }
}

/** Runs each task on the caller's thread, within the call of `submit`. */
export class InlineBackend extends BaseBackend {
  readonly parallelism = 1;
  readonly workerValues: WorkerValues = new WorkerValues();
  readonly #finalizer: AnyFunction | undefined;
  #isEnding: Promise<void> | undefined;
  readonly #executor: () => Executor;
  readonly #tally = new TaskTally();
  readonly #running = new Set<InlineTask>();
  /** Maps that still have items to schedule, each with the function that tells it that shutdown cancels them. */
  readonly #maps = new Map<Reservation, () => void>();
  /** The sites of tasks that continue after `submit` has returned. An error that comes before has the caller in its own stack. */
  readonly #sites: SubmitSites = new SubmitSites(() => {
    defer(() => {
      this.#sites.nextTick();
    });
  });
  #whenQuiet: (() => void)[] = [];
  #state: 'open' | 'shutdown' | 'broken' = 'open';
  /** Set while an asynchronous initializer runs. */
  #starting: Promise<void> | undefined;
  #brokenBy: unknown;

  /** @param executor - the Executor that tasks see as `currentExecutor()` */
  constructor(options: InlineExecutorOptions | undefined, executor: () => Executor) {
    super();
    this.#executor = executor;
    this.#finalizer = options?.finalizer;
    if (options?.initializer !== undefined) this.#start(options.initializer, options.initargs ?? []);
  }

  schedule(request: TaskRequest): Future<unknown> {
    this.#checkOpen();
    return this.#run(request);
  }

  override reserve(onCancel: () => void): Reservation {
    this.#checkOpen();
    const site = this.#sites.here();
    const reservation: Reservation = {
      schedule: (request) => this.#run(request, site),
      close: () => {
        this.#maps.delete(reservation);
        this.#tellWhenQuiet();
      },
    };
    this.#maps.set(reservation, onCancel);
    return reservation;
  }

  /** The caller stands for all workers, those that start later too. */
  async broadcast(fn: AnyFunction, args: readonly unknown[]): Promise<unknown[]> {
    return [await this.schedule({ kind: 'call', fn, args, options: {} })];
  }

  async shutdown(options?: ShutdownOptions): Promise<void> {
    checkShutdownOptions(options);
    if (this.#state === 'open') this.#state = 'shutdown';
    if (options?.cancelFutures === true) for (const cancel of [...this.#maps.values()]) cancel();
    const isOver = this.#quiet ? Promise.resolve() : new Promise<void>((resolve) => this.#whenQuiet.push(resolve));
    const isTold = isOver.then(async () => {
      await (this.#isEnding ??= endHere(this.#finalizer, this.workerValues));
      tellFailures(this.#tally);
    });
    if (options?.wait !== false) await isTold;
  }

  get executor(): Executor {
    return this.#executor();
  }

  /** Stands for the executor in the notes of failures, which must not keep the executor in memory. */
  get failures(): object {
    return this.#tally;
  }

  statistics(): ExecutorStatistics {
    const running = this.#running.size;
    return this.#tally.snapshot({
      state: this.#state,
      workers: { starting: 0, busy: running > 0 ? 1 : 0, idle: running > 0 ? 0 : 1, stopping: 0 },
      queued: 0,
      running,
      suspended: 0,
    });
  }

  describe(name = 'InlineExecutor'): string {
    return describeBackend(name, this);
  }

  /** @param site - where the task was submitted, when that was before this call */
  #run(request: TaskRequest, site: SubmitSite | undefined = takeOrigin()): Future<unknown> {
    const task = new InlineTask(this, request);
    const { future } = task;
    if (task.followSignal()) {
      this.#tally.cancelled += 1;
      return future;
    }
    task.setRunningOrNotifyCancel();
    this.#running.add(task);
    task.startClock();
    const startedAt = performance.now();
    watch(future, () => {
      this.#running.delete(task);
      this.#tally.runTime.record(performance.now() - startedAt);
      if (outcomeOf(future).failed) this.#tally.failed += 1;
      else this.#tally.finished += 1;
      this.#tellWhenQuiet();
    });
    this.#tally.waitTime.record(0);
    try {
      const run = (): unknown => localRun.run(task, () => call(request, task.context));
      const value = this.#starting === undefined ? run() : this.#starting.then(() => this.#runStarted(task, run));
      if (isThenable(value)) {
        const begunAt = site ?? this.#sites.here();
        // Promise.resolve makes any thenable follow the rules of a promise.
        Promise.resolve(value).then(
          (result) => {
            settle(task, request, begunAt, false, result);
          },
          (error: unknown) => {
            settle(task, request, begunAt, true, error);
          },
        );
      } else settle(task, request, site, false, value);
    } catch (error) {
      settle(task, request, site, true, error);
    }
    return future;
  }

  #start(initializer: AnyFunction, initargs: readonly unknown[]): void {
    try {
      const started = (initializer as (...args: readonly unknown[]) => unknown)(...initargs);
      if (!isThenable(started)) return;
      const whenOver = (): void => {
        this.#starting = undefined;
      };
      this.#starting = Promise.resolve(started).then(whenOver, (error: unknown) => {
        whenOver();
        this.#break(error);
      });
    } catch (error) {
      this.#break(error);
    }
  }

  /** The initializer has ended. */
  #runStarted(task: InlineTask, run: () => unknown): unknown {
    if (this.#state === 'broken') throw this.#broken(`task "${task.name}" can't be run`);
    return task.future.done() ? undefined : run(); // the task may have been aborted in the meantime
  }

  #break(cause: unknown): void {
    this.#state = 'broken';
    this.#brokenBy = cause;
  }

  #broken(what: string): BrokenExecutor {
    const why = describeError(this.#brokenBy).split('\n')[0] ?? '';
    return new BrokenExecutor(`${what}: InlineExecutor is broken: ${why}; make a new executor`, { cause: this.#brokenBy });
  }

  #checkOpen(): void {
    if (this.#state === 'open') return;
    if (this.#state === 'broken') throw this.#broken('the task was not accepted');
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

function call(request: TaskRequest, context: CurrentTask): unknown {
  switch (request.kind) {
    case 'call': {
      const fn = request.fn as (...args: unknown[]) => unknown; // a call as `request.fn()` would pass the request as `this`
      return fn(...request.args);
    }
    case 'chunk':
      return runChunk(request.fn, request.items, request.spread);
    case 'stream':
      return runStream(request.fn, request.push, request.args, context.signal);
  }
}

/** @param site - where the task was submitted; `undefined` when that call is still on the stack */
function settle(task: InlineTask, { kind }: TaskRequest, site: SubmitSite | undefined, failed: boolean, outcome: unknown): void {
  if (failed) addLocalStack(outcome, site ?? failedSite());
  else if (kind === 'chunk') {
    const { failure } = outcome as ChunkOutcome;
    if (failure !== undefined) addLocalStack(failure.error, site ?? failedSite());
  }
  task.settle(failed, outcome);
}
