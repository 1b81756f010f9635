import { InvalidStateError, type Executor, type TaskRequest } from '@heddle/futures';
import { AsyncContext, LocalTask, addLocalStack, localRun, type SubmitSite, type WorkerValues } from '@heddle/futures/authors';
import type { SlotClient, SlotQueue } from './slot-queue.js';
import { AwaitingSlots, type SuspendedChange } from './slot.js';
import { TaskRun, type RunTask } from './task-run.js';

/** How a task ended. */
export type TaskEnd = 'finished' | 'failed' | 'cancelled';

/** The executor as its tasks see it. */
export interface TaskEvents {
  readonly executor: () => Executor;
  /** See FutureController.failureOwner. */
  readonly failures: object;
  readonly slots: SlotQueue;
  readonly suspended: SuspendedChange;
  /** What the tasks of the executor share: see WorkerValues. */
  readonly workerValues: WorkerValues;
  began(task: CoroutineTask): void;
  /** Called right before the task's future is settled. */
  ended(task: CoroutineTask, how: TaskEnd, wasRunning: boolean): void;
  /** The task's future fails although its function has not ended. */
  abandoned(task: CoroutineTask, graceMs: number): void;
  /** The function of an abandoned task has ended. */
  orphanEnded(task: CoroutineTask, failed: boolean, outcome: unknown): void;
}

/** One task of a CoroutineExecutor: its record, the controller of its future, and a client of the slot queue. */
export abstract class CoroutineTask<R extends TaskRequest = TaskRequest> extends LocalTask implements SlotClient, RunTask {
  readonly priority: number;
  readonly #events: TaskEvents;
  /** Dropped when the task is settled. */
  #request: R | undefined;
  readonly #site: SubmitSite;
  /** The async context of the submit; the task runs in it. */
  readonly #context = new AsyncContext();
  /** The slots of tasks of the same executor that await this task. */
  readonly #awaitedBy = new AwaitingSlots();
  #startedAt: number | undefined;

  constructor(events: TaskEvents, request: R, site: SubmitSite) {
    super(request);
    this.#events = events;
    this.#request = request;
    this.#site = site;
    this.priority = request.options.priority ?? 0;
  }

  abstract readonly isWaiting: boolean;
  abstract claim(): boolean;
  abstract run(): void;
  /** The task is abandoned: its runs go on without slots. */
  protected abstract releaseSlots(): void;

  get executor(): Executor {
    return this.#events.executor();
  }

  override get failureOwner(): object {
    return this.#events.failures;
  }

  get slots(): SlotQueue {
    return this.#events.slots;
  }

  get waitedMs(): number {
    return (this.#startedAt ?? performance.now()) - this.#site.time;
  }

  get ranMs(): number {
    return performance.now() - (this.#startedAt ?? performance.now());
  }

  get suspended(): SuspendedChange {
    return this.#events.suspended;
  }

  get workerValues(): WorkerValues {
    return this.#events.workerValues;
  }

  override onCancel(): boolean {
    this.slots.withdraw(this);
    this.#close('cancelled');
    return true;
  }

  override onLook(): void {
    const run = localRun.get();
    if (!(run instanceof TaskRun) || run.executor !== this.executor || run.slot.isReleased) return;
    if (run.task === this) {
      throw new InvalidStateError(`task "${this.name}" awaits its own future, which can't be done before it is; await something else`);
    }
    this.#awaitedBy.suspend(run.slot);
  }

  override settle(failed: boolean, outcome: unknown): void {
    if (this.future.done()) {
      this.#events.orphanEnded(this, failed, outcome);
      return;
    }
    this.#close(failed ? 'failed' : 'finished');
    if (failed && !this.gaveWay(outcome)) this.addSite(outcome);
    super.settle(failed, outcome);
  }

  /** The request, until the task is settled. */
  protected get request(): R | undefined {
    return this.#request;
  }

  protected get isRunning(): boolean {
    return this.#startedAt !== undefined;
  }

  protected override onAbandon(graceMs: number): void {
    this.releaseSlots();
    this.#events.abandoned(this, graceMs);
    this.#close('failed');
  }

  protected override setAborted(): void {
    if (this.#request !== undefined) this.#close('failed');
    super.setAborted();
  }

  /** The task has its first slot. */
  protected begin(): void {
    this.#startedAt = performance.now();
    this.setRunningOrNotifyCancel();
    this.#events.began(this);
    this.startClock();
  }

  /** Calls a function as the given run, in the async context of the submit. */
  protected inRun<R>(run: TaskRun, fn: () => R): R {
    return this.#context.run(() => localRun.run(run, fn));
  }

  /** Adds to an error's stack where the task was submitted. */
  protected addSite(error: unknown): void {
    addLocalStack(error, this.#site);
  }

  /** The task is about to be settled: drops the request, and resumes the tasks that await this one. */
  #close(how: TaskEnd): void {
    this.#request = undefined;
    this.#events.ended(this, how, this.isRunning);
    this.#awaitedBy.resumeAll();
  }
}
