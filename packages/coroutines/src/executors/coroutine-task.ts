import { InvalidStateError, type Executor, type TaskRequest } from '@heddle/futures';
import { AsyncContext, LocalTask, addLocalStack, localRun, type SubmitSite } from '@heddle/futures/authors';
import type { Admission, Entrant } from './admission.js';
import { Awaiters, type SuspendedChange } from './slot-holder.js';
import { Strand, type StrandTask } from './strand.js';

/** How a task ended. */
export type TaskEnd = 'finished' | 'failed' | 'cancelled';

/** What tasks tell their executor. */
export interface TaskEvents {
  readonly executor: () => Executor;
  /** See FutureController.failureOwner. */
  readonly failures: object;
  readonly admission: Admission;
  readonly suspended: SuspendedChange;
  began(task: CoroutineTask): void;
  /** Right before its future is settled. */
  ended(task: CoroutineTask, how: TaskEnd, wasRunning: boolean): void;
  /** Its future fails, and its function goes on. */
  abandoned(task: CoroutineTask, graceMs: number): void;
  /** A function whose task was abandoned has ended. */
  orphanEnded(task: CoroutineTask, failed: boolean, outcome: unknown): void;
}

/** One task of a CoroutineExecutor: its record, its future's controller and its place in the queue, in one. */
export abstract class CoroutineTask<R extends TaskRequest = TaskRequest> extends LocalTask implements Entrant, StrandTask {
  readonly priority: number;
  readonly #events: TaskEvents;
  /** Given up when it is settled. */
  #request: R | undefined;
  readonly #site: SubmitSite;
  /** Who submitted it has an async context, which it runs in. */
  readonly #context = new AsyncContext();
  /** Strands of the same executor. */
  readonly #awaiters = new Awaiters();
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
  /** It is abandoned: its strands hold no slots any longer. */
  protected abstract endStrands(): void;

  get executor(): Executor {
    return this.#events.executor();
  }

  override get failureOwner(): object {
    return this.#events.failures;
  }

  get admission(): Admission {
    return this.#events.admission;
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

  override onCancel(): boolean {
    this.admission.withdraw(this);
    this.#close('cancelled');
    return true;
  }

  override onLook(): void {
    const strand = localRun.get();
    if (!(strand instanceof Strand) || strand.executor !== this.executor || strand.isOver) return;
    if (strand.task === this) {
      throw new InvalidStateError(`task "${this.name}" awaits its own future, which can't be done before it is; await something else`);
    }
    this.#awaiters.add(strand);
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

  /** What was asked for, until it is settled. */
  protected get request(): R | undefined {
    return this.#request;
  }

  protected get isRunning(): boolean {
    return this.#startedAt !== undefined;
  }

  protected override onAbandon(graceMs: number): void {
    this.endStrands();
    this.#events.abandoned(this, graceMs);
    this.#close('failed');
  }

  protected override setAborted(): void {
    if (this.#request !== undefined) this.#close('failed');
    super.setAborted();
  }

  /** It has its first slot. */
  protected begin(): void {
    this.#startedAt = performance.now();
    this.setRunningOrNotifyCancel();
    this.#events.began(this);
    this.startClock();
  }

  /** Runs a strand's first part, in the context of whoever submitted the task. */
  protected runStrand<R>(strand: Strand, fn: () => R): R {
    return this.#context.run(() => localRun.run(strand, fn));
  }

  /** Adds to an error's stack where the task was submitted. */
  protected addSite(error: unknown): void {
    addLocalStack(error, this.#site);
  }

  /** It is about to be settled: what it held is let go, and who awaits it goes on. */
  #close(how: TaskEnd): void {
    this.#request = undefined;
    this.#events.ended(this, how, this.isRunning);
    this.#awaiters.goOn();
  }
}
