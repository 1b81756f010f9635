import { FutureController, type Future, type TaskRequest } from '@heddle/futures';
import { AsyncContext, awaitDone, blockOn, localRun, nameOf, outcomeOf, watch, type LocalRun } from '@heddle/futures/authors';
import type { Hold, HeldTask } from './hold.js';

const ignore = (): void => undefined;

/**
 * A decorator's task: the future that the user has, above those of what runs beneath.
 *
 *   user ◀──awaits── outer future ◀──ended── inner future ◀── the executor beneath
 *          ──cancel, abort, looks──▶      ──▶ each of them
 *
 * Invariants
 * - While an inner future is there the outer one is in its state; between two of them it runs.
 * - What asks for the outer future asks for the inner ones, in its own async context: a task of an executor on this thread that awaits
 *   it gives up its slot for each of them.
 */
export abstract class OuterTask extends FutureController<unknown> implements HeldTask {
  protected readonly request: TaskRequest;
  /** Whether somebody stops it. */
  protected isAborting = false;
  readonly #hold: Hold;
  /** Of the submit: what is scheduled later runs in it. */
  readonly #context = new AsyncContext();
  readonly #inners = new Set<Future<unknown>>();
  #isBegun = false;
  /** Whether the inner futures are being cancelled together with this one. */
  #isCancelling = false;
  /** The tasks on this thread that await it, and the contexts in which they do. */
  #lookers: Map<LocalRun, AsyncContext> | undefined;

  constructor(request: TaskRequest, hold: Hold) {
    super(request.options.name ?? nameOf(request.fn));
    this.request = request;
    this.#hold = hold;
    hold.add(this);
    watch(this.future, () => {
      hold.remove(this);
      this.onDone();
    });
  }

  /** What runs beneath has ended: the outer future is settled, or goes on with another one. */
  protected abstract ended(inner: Future<unknown>): void;

  /** The outer future is settled: stops timers. */
  protected onDone(): void {
    // of interest to those that have some
  }

  /** Nothing runs beneath, and nothing will. */
  giveUp(error: unknown): void {
    if (this.#inners.size > 0 || this.future.done()) return;
    if (error !== undefined) this.setException(error);
    else if (!this.future.cancel()) this.setException(this.abortError('the executor was shut down with cancelFutures'));
  }

  override get failureOwner(): object | undefined {
    return this.#hold.failureOwner;
  }

  override onCancel(reason: unknown): boolean {
    this.#isCancelling = true;
    const isCancelled = [...this.#inners].every((inner) => inner.cancel(reason));
    this.#isCancelling = false;
    return isCancelled;
  }

  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    this.isAborting = true;
    if (this.#inners.size === 0) {
      this.setException(this.abortError(reason));
      return true;
    }
    const stopped = await Promise.all([...this.#inners].map((inner) => inner.abort(reason, { graceMs })));
    return stopped.includes(true);
  }

  /** Stands still for what runs beneath, one after the other. What waits for the event loop (a delay) can't be waited for. */
  override onBlock(timeoutMs: number): void {
    const endMs = performance.now() + timeoutMs;
    while (!this.future.done()) {
      const [inner] = this.#inners;
      if (inner === undefined) {
        super.onBlock(timeoutMs);
        return;
      }
      blockOn(inner, timeoutMs === Infinity ? Infinity : Math.max(0, endMs - performance.now()));
      if (!inner.done()) return;
    }
  }

  override refresh(): void {
    for (const inner of this.#inners) if (inner.running()) this.begun();
  }

  override onLook(): void {
    const run = localRun.get();
    if (run !== undefined && this.#lookers?.has(run) !== true)
      (this.#lookers ??= new Map<LocalRun, AsyncContext>()).set(run, new AsyncContext());
    for (const inner of this.#inners) awaitDone(inner);
  }

  protected get inners(): ReadonlySet<Future<unknown>> {
    return this.#inners;
  }

  /** It runs, also when nothing does beneath just now. */
  protected begun(): void {
    if (this.#isBegun || this.future.done()) return;
    this.#isBegun = true;
    this.setRunningOrNotifyCancel();
  }

  /**
   * Runs a request beneath, and is told when it has ended.
   *
   * @throws what the executor beneath throws
   */
  protected runNow(request: TaskRequest): Future<unknown> {
    let inner: Future<unknown>;
    try {
      inner = this.within(() => this.#hold.schedule(request));
    } catch (error) {
      this.#hold.remove(this); // there is no task, when that was its submit
      throw error;
    }
    this.follow(inner);
    return inner;
  }

  /** As {@link runNow}, after the submit: in its context, and what the executor throws is told to {@link refused}. */
  protected runLater(request: TaskRequest, hold: Hold = this.#hold): void {
    try {
      this.#context.run(() => {
        this.follow(this.within(() => hold.schedule(request)));
      });
    } catch (error) {
      if (!this.future.done()) this.refused(error);
    }
  }

  /** Schedules beneath: the place for an ambient value. */
  protected within<R>(schedule: () => R): R {
    return schedule();
  }

  /** The executor beneath did not accept what was to be run later. */
  protected refused(error: unknown): void {
    this.setException(error);
  }

  /** From now on this runs beneath. */
  protected follow(inner: Future<unknown>): void {
    this.#inners.add(inner);
    if (this.#lookers !== undefined)
      for (const context of this.#lookers.values())
        context.run(() => {
          awaitDone(inner);
        });
    watch(inner, () => {
      this.#inners.delete(inner);
      if (outcomeOf(inner).failed) inner.then(undefined, ignore); // its failure was looked at: here
      if (!this.future.done() && !this.#isCancelling) this.ended(inner);
    });
  }

  /** Settles as the inner future was. */
  protected settleAs(inner: Future<unknown>): void {
    const { failed, value } = outcomeOf(inner);
    if (!failed) this.setResult(value);
    else if (!inner.cancelled()) this.setException(value);
    else this.#cancelledBeneath((value as Error).cause);
  }

  #cancelledBeneath(reason: unknown): void {
    if (!this.future.cancel(reason)) this.setException(this.abortError(reason));
  }
}
