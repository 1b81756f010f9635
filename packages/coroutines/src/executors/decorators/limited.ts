import { Executor, type ExecutorStatistics, type Future, type TaskRequest } from '@heddle/futures';
import { checkOptions, createAmbient, followSignal, integerFrom, systemClock, type Clock } from '@heddle/futures/authors';
import { clockCheck } from '../../time/clock-check.js';
import { rateCheck } from '../rate-limit.js';
import { SlotQueue, type SlotClient } from '../slot-queue.js';
import { AwaitingSlots, Slot } from '../slot.js';
import { DecoratorBackend } from './decorator-backend.js';
import type { DecoratorReservation } from './decorator-reservation.js';
import { DecoratorTask } from './decorator-task.js';
import { readItem, splitChunk } from './split-chunk.js';

/** Options of {@link limited}; at least one of the first two is required. */
export interface Limits {
  /**
   * How many tasks, or items of maps, may run at the same time.
   * @defaultValue no limit
   */
  concurrency?: number;
  /**
   * How many tasks, or items of maps, may begin within any second; 0.5 allows one in two seconds.
   * @defaultValue no limit
   */
  perSecond?: number;
  /**
   * Tells the time for `perSecond`; for tests.
   * @defaultValue the platform's clock
   */
  clock?: Clock;
}

const checks = { concurrency: integerFrom(1), perSecond: rateCheck, clock: clockCheck };

/**
 * Returns the executor with a limit on the tasks that it is given at the same time (`concurrency`) or per second (`perSecond`). Use it to
 * limit one kind of tasks among others on the same workers. Tasks beyond the limit wait in the caller, by `priority` and then in
 * the order of submit, and can be cancelled while they wait.
 *
 * Each item of a map counts, whatever the chunks are. A task that waits takes its arguments as they are when it begins. On
 * executors of this thread, a task that awaits tasks which it submitted to the same limited executor does not count while it
 * waits. A stream counts until it ends.
 *
 * @returns a view, as of `with`: shutting it down shuts down the executor, after the waiting tasks have run
 * @throws TypeError or RangeError for a wrong option, or when neither limit is given
 * @example
 * ```ts
 * import { limited } from '@heddle/coroutines';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * const heavy = limited(pool, { concurrency: 1 }); // at most one thread runs these tasks
 * console.log(await heavy.map((n: number) => n * n, [1, 2, 3]).toArray()); // [ 1, 4, 9 ]
 * ```
 */
export function limited(executor: Executor, limits: Limits): Executor {
  return new Executor(new LimitedBackend(executor, limits));
}

/** The innermost task of a limited executor that the current code runs in. */
const ambient = createAmbient<LimitedContext>();

/**
 * The context of a limited task, known to tasks that are submitted in it on the same thread. When the executor beneath starts a thread
 * for a task, the thread keeps this object in its async context for as long as it lives. The object therefore does not refer to the task.
 */
class LimitedContext {
  readonly #backend: LimitedBackend;
  /** The context in which this task was submitted, until this task is done. */
  outer: LimitedContext | undefined = ambient.get();
  slot: Slot | undefined;

  constructor(backend: LimitedBackend) {
    this.#backend = backend;
  }

  /** The slot of a limited executor that the calling code runs in. */
  static slotIn(backend: LimitedBackend): Slot | undefined {
    let context = ambient.get();
    while (context !== undefined && context.#backend !== backend) context = context.outer;
    return context?.slot?.isReleased === true ? undefined : context?.slot;
  }
}

class LimitedBackend extends DecoratorBackend {
  readonly slots: SlotQueue;
  #waiting = 0;
  #cancelled = 0;

  constructor(executor: Executor, limits: Limits) {
    super('limited', executor);
    checkOptions('limited', limits, checks);
    const { concurrency, perSecond = Infinity, clock = systemClock } = (limits as Limits | undefined) ?? {};
    if (concurrency === undefined && perSecond === Infinity)
      throw new TypeError('limited: concurrency or perSecond must be given, got neither');
    this.slots = new SlotQueue(concurrency ?? Number.MAX_SAFE_INTEGER, perSecond, clock, Infinity);
  }

  /** Adds the tasks that wait here to `queued`, and those that were cancelled while they waited to `cancelled`. */
  override statistics(): ExecutorStatistics {
    const statistics = super.statistics();
    return Object.freeze({ ...statistics, queued: statistics.queued + this.#waiting, cancelled: statistics.cancelled + this.#cancelled });
  }

  /** A task begins (1) or ceases (-1) to wait. */
  countWaiting(change: 1 | -1): void {
    this.#waiting += change;
  }

  /** A task was cancelled while it waited. */
  countCancelled(): void {
    this.#cancelled += 1;
  }

  protected override start(request: TaskRequest, reservation: DecoratorReservation): Future<unknown> {
    if (request.options.signal?.aborted === true) return reservation.schedule(request);
    if (request.kind !== 'chunk' || request.items.length === 1) return this.#enter(request, reservation);
    const { items } = request;
    return splitChunk(request, (at) => this.#enter({ ...request, items: items.slice(at, at + 1) }, reservation), readItem);
  }

  #enter(request: TaskRequest, reservation: DecoratorReservation): Future<unknown> {
    const task = new LimitedTask(this, request, reservation);
    task.enter();
    return task.future;
  }
}

/** A task that waits for a slot of its limited executor, and then runs beneath. */
class LimitedTask extends DecoratorTask implements SlotClient {
  readonly #backend: LimitedBackend;
  readonly #context: LimitedContext;
  readonly #awaitedBy = new AwaitingSlots();
  #isQueued = false;

  constructor(backend: LimitedBackend, request: TaskRequest, reservation: DecoratorReservation) {
    super(request, reservation);
    this.#backend = backend;
    this.#context = new LimitedContext(backend);
  }

  get priority(): number {
    return this.request.options.priority ?? 0;
  }

  get isWaiting(): boolean {
    return this.#isQueued;
  }

  /** Begins now, or waits for a slot. @throws what the executor beneath throws */
  enter(): void {
    const { slots } = this.#backend;
    if (slots.startNow(this)) return;
    this.#isQueued = true;
    this.#backend.countWaiting(1);
    if (LimitedContext.slotIn(this.#backend) === undefined) slots.enqueue(this);
    else slots.enqueueFirst(this);
    followSignal(this.future, this.request.options.signal);
  }

  claim(): boolean {
    this.#context.slot = new Slot(this.#backend.slots, this.priority, () => undefined);
    return false;
  }

  run(): void {
    if (this.#isQueued) {
      this.#isQueued = false;
      this.#backend.countWaiting(-1);
      this.runLater(this.request);
      return;
    }
    try {
      void this.runNow(this.request);
    } catch (error) {
      this.#releaseSlot();
      throw error;
    }
  }

  override onLook(): void {
    super.onLook();
    const slot = LimitedContext.slotIn(this.#backend);
    if (slot !== undefined && slot !== this.#context.slot) this.#awaitedBy.suspend(slot);
  }

  protected override wrapSchedule<R>(schedule: () => R): R {
    return ambient.run(this.#context, schedule);
  }

  protected override innerEnded(inner: Future<unknown>): void {
    this.#releaseSlot();
    this.settleAs(inner);
  }

  protected override onDone(): void {
    this.#releaseSlot();
    this.#context.outer = undefined;
    if (!this.#isQueued) return;
    this.#isQueued = false;
    this.#backend.countWaiting(-1);
    this.#backend.slots.withdraw(this);
    if (this.future.cancelled()) this.#backend.countCancelled();
  }

  /** Releases the slot; a task that awaits this one takes it over. */
  #releaseSlot(): void {
    this.#context.slot?.release();
    this.#awaitedBy.resumeAll();
  }
}
