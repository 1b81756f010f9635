import { FutureController, type Future, type TaskRequest } from '@heddle/futures';
import { AsyncContext, awaitDone, blockOn, functionName, localRun, outcomeOf, watch, type LocalRun } from '@heddle/futures/authors';
import type { DecoratorReservation, ReservedTask } from './decorator-reservation.js';

const ignore = (): void => undefined;

/**
 * A decorator's task. Its future, the outer one, is the user's; inner futures are those of the executor beneath.
 *
 *   user ◀──awaits── outer future ◀──innerEnded── inner future ◀── the executor beneath
 *          ──cancel, abort, looks──▶          ──▶ each of them
 *
 * Invariants
 * - While there is an inner future, the outer one is in its state. Between two inner futures the outer one is running.
 * - Whoever looks at the outer future also looks at each inner one, in the looker's own async context. A task on this thread that
 *   awaits the outer future therefore gives up its slot for each inner one.
 */
export abstract class DecoratorTask extends FutureController<unknown> implements ReservedTask {
  protected readonly request: TaskRequest;
  /** Whether the outer future was aborted. */
  protected isAborting = false;
  readonly #reservation: DecoratorReservation;
  /** That of the submit; `runLater` schedules in it. */
  readonly #context = new AsyncContext();
  readonly #inners = new Set<Future<unknown>>();
  #hasBegun = false;
  /** Whether the inner futures are being cancelled together with this one. */
  #isCancelling = false;
  /** The runs on this thread that await the outer future, and the contexts in which they do. */
  #awaitingRuns: Map<LocalRun, AsyncContext> | undefined;

  constructor(request: TaskRequest, reservation: DecoratorReservation) {
    super(request.options.name ?? functionName(request.fn));
    this.request = request;
    this.#reservation = reservation;
    reservation.add(this);
    watch(this.future, () => {
      reservation.remove(this);
      this.onDone();
    });
  }

  /** An inner future is done: settles the outer future, or waits for another inner one. */
  protected abstract innerEnded(inner: Future<unknown>): void;

  /** The outer future is settled: stops timers. */
  protected onDone(): void {
    // overridden by tasks that have timers
  }

  override get failureOwner(): object | undefined {
    return this.#reservation.failureOwner;
  }

  /** Settles the outer future, unless something runs beneath. */
  giveUp(error: unknown): void {
    if (this.#inners.size > 0 || this.future.done()) return;
    if (error !== undefined) this.setException(error);
    else if (!this.future.cancel()) this.setException(this.abortError('the executor was shut down with cancelFutures'));
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

  /** Blocks on the inner futures, one after the other. It can't block on something that needs the event loop, such as a delay. */
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
    for (const inner of this.#inners) if (inner.running()) this.setRunning();
  }

  override onLook(): void {
    const run = localRun.get();
    if (run !== undefined && this.#awaitingRuns?.has(run) !== true)
      (this.#awaitingRuns ??= new Map<LocalRun, AsyncContext>()).set(run, new AsyncContext());
    for (const inner of this.#inners) awaitDone(inner);
  }

  protected get inners(): ReadonlySet<Future<unknown>> {
    return this.#inners;
  }

  /** The outer future is running from now on, also between two inner futures. */
  protected setRunning(): void {
    if (this.#hasBegun || this.future.done()) return;
    this.#hasBegun = true;
    this.setRunningOrNotifyCancel();
  }

  /**
   * Schedules a request on the executor beneath, within the submit. Its end calls {@link innerEnded}.
   *
   * @throws what the executor beneath throws
   */
  protected runNow(request: TaskRequest): Future<unknown> {
    let inner: Future<unknown>;
    try {
      inner = this.wrapSchedule(() => this.#reservation.schedule(request));
    } catch (error) {
      this.#reservation.remove(this); // the submit throws, so there is no task
      throw error;
    }
    this.follow(inner);
    return inner;
  }

  /** As {@link runNow}, after the submit, in its async context. An error of the executor beneath goes to {@link refused}. */
  protected runLater(request: TaskRequest, reservation: DecoratorReservation = this.#reservation): void {
    try {
      this.#context.run(() => {
        this.follow(this.wrapSchedule(() => reservation.schedule(request)));
      });
    } catch (error) {
      if (!this.future.done()) this.refused(error);
    }
  }

  /** Calls `schedule`; overridden to set an ambient value meanwhile. */
  protected wrapSchedule<R>(schedule: () => R): R {
    return schedule();
  }

  /** The executor beneath did not accept a request of {@link runLater}. */
  protected refused(error: unknown): void {
    this.setException(error);
  }

  /** Adds an inner future. */
  protected follow(inner: Future<unknown>): void {
    this.#inners.add(inner);
    if (this.#awaitingRuns !== undefined)
      for (const context of this.#awaitingRuns.values())
        context.run(() => {
          awaitDone(inner);
        });
    watch(inner, () => {
      this.#inners.delete(inner);
      if (outcomeOf(inner).failed) inner.then(undefined, ignore); // marks its failure as retrieved
      if (!this.future.done() && !this.#isCancelling) this.innerEnded(inner);
    });
  }

  /** Settles the outer future as the inner one was settled. */
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
