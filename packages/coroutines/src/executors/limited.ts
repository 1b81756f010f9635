import { Executor, type ExecutorStatistics, type Future, type TaskRequest } from '@heddle/futures';
import { checkOptions, createAmbient, followSignal, integerFrom, systemClock, type Clock } from '@heddle/futures/authors';
import { clockCheck } from '../clock-check.js';
import { Admission, type Entrant } from './admission.js';
import { DecoratorBackend } from './executor-decorator.js';
import type { Hold } from './hold.js';
import { OuterTask } from './outer-task.js';
import { rateCheck } from './rate-limit.js';
import { Awaiters, SlotHolder } from './slot-holder.js';
import { readItem, splitChunk } from './split-chunk.js';

/** Options of {@link limited}: one of the first two at least. */
export interface Limits {
  /**
   * How many tasks (of a map: items) may be under way at a time.
   * @defaultValue no limit
   */
  concurrency?: number;
  /**
   * How many may begin within any second, 0.5 for one in two seconds.
   * @defaultValue no limit
   */
  perSecond?: number;
  /**
   * Where `perSecond` has its time from: for tests.
   * @defaultValue the platform's
   */
  clock?: Clock;
}

const checks = { concurrency: integerFrom(1), perSecond: rateCheck, clock: clockCheck };

/**
 * The same executor, to which so many tasks are given at a time, and in a second: for one sort of tasks among others on the same
 * workers. Those too many wait here, by `priority` and then in the order of submit, and can be cancelled meanwhile.
 *
 * A map's items count one by one, whatever its chunks are. A task that waits here takes its arguments when it begins. On
 * executors of this thread a task that awaits others that it submitted to the same limited executor doesn't count meanwhile. A stream
 * counts until it ends.
 *
 * @returns a view, as of `with`: shutting it down shuts down the executor, when those that wait have run
 * @throws TypeError, RangeError for a wrong option, or none
 * @example
 * ```ts
 * import { limited } from '@heddle/coroutines';
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * const heavy = limited(pool, { concurrency: 1 }); // at most one of these at a time takes a thread
 * console.log(await heavy.map((n: number) => n * n, [1, 2, 3]).toArray()); // [ 1, 4, 9 ]
 * ```
 */
export function limited(executor: Executor, limits: Limits): Executor {
  return new Executor(new LimitedBackend(executor, limits));
}

/** The tasks of limited executors that this runs in, the innermost first: an executor of this thread runs its functions in here. */
const ambient = createAmbient<Place>();

/**
 * Where a task beneath runs, for what is submitted there. A thread that the executor beneath starts for it has it in its async context
 * for as long as it lives: so it holds nothing of the task.
 */
class Place {
  readonly #backend: LimitedBackend;
  /** The one that this was submitted in, until this is done. */
  within: Place | undefined = ambient.get();
  holder: SlotHolder | undefined;

  constructor(backend: LimitedBackend) {
    this.#backend = backend;
  }

  /** The slot, of a limited executor's, that the code which calls this runs with. */
  static holderIn(backend: LimitedBackend): SlotHolder | undefined {
    let place = ambient.get();
    while (place !== undefined && place.#backend !== backend) place = place.within;
    return place?.holder?.isOver === true ? undefined : place?.holder;
  }
}

class LimitedBackend extends DecoratorBackend {
  readonly admission: Admission;
  #waiting = 0;
  #cancelled = 0;

  constructor(executor: Executor, limits: Limits) {
    super('limited', executor);
    checkOptions('limited', limits, checks);
    const { concurrency, perSecond = Infinity, clock = systemClock } = (limits as Limits | undefined) ?? {};
    if (concurrency === undefined && perSecond === Infinity)
      throw new TypeError('limited: concurrency or perSecond must be given, got neither');
    this.admission = new Admission(concurrency ?? Number.MAX_SAFE_INTEGER, perSecond, clock, Infinity);
  }

  /** Tasks that wait here count as queued, and as cancelled when they were. */
  override statistics(): ExecutorStatistics {
    const statistics = super.statistics();
    return Object.freeze({ ...statistics, queued: statistics.queued + this.#waiting, cancelled: statistics.cancelled + this.#cancelled });
  }

  /** A task waits, or does so no longer. */
  waits(change: 1 | -1): void {
    this.#waiting += change;
  }

  /** A task was cancelled while it waited. */
  cancelledHere(): void {
    this.#cancelled += 1;
  }

  protected override start(request: TaskRequest, hold: Hold): Future<unknown> {
    if (request.options.signal?.aborted === true) return hold.schedule(request);
    if (request.kind !== 'chunk' || request.items.length === 1) return this.#enter(request, hold);
    const { items } = request;
    return splitChunk(request, (at) => this.#enter({ ...request, items: items.slice(at, at + 1) }, hold), readItem);
  }

  #enter(request: TaskRequest, hold: Hold): Future<unknown> {
    const task = new LimitedTask(this, request, hold);
    task.enter();
    return task.future;
  }
}

/** A task beneath which holds, or waits for, a slot of its executor. */
class LimitedTask extends OuterTask implements Entrant {
  readonly #backend: LimitedBackend;
  readonly #place: Place;
  readonly #awaiters = new Awaiters();
  #isQueued = false;

  constructor(backend: LimitedBackend, request: TaskRequest, hold: Hold) {
    super(request, hold);
    this.#backend = backend;
    this.#place = new Place(backend);
  }

  get priority(): number {
    return this.request.options.priority ?? 0;
  }

  get isWaiting(): boolean {
    return this.#isQueued;
  }

  /** Begins now, or waits. @throws what the executor beneath throws */
  enter(): void {
    const { admission } = this.#backend;
    if (admission.enterNow(this)) return;
    this.#isQueued = true;
    this.#backend.waits(1);
    if (Place.holderIn(this.#backend) === undefined) admission.enqueue(this);
    else admission.enqueueFirst(this);
    followSignal(this.future, this.request.options.signal);
  }

  claim(): boolean {
    this.#place.holder = new SlotHolder(this.#backend.admission, this.priority, () => undefined);
    return false;
  }

  run(): void {
    if (this.#isQueued) {
      this.#isQueued = false;
      this.#backend.waits(-1);
      this.runLater(this.request);
      return;
    }
    try {
      void this.runNow(this.request);
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  override onLook(): void {
    super.onLook();
    const holder = Place.holderIn(this.#backend);
    if (holder !== undefined && holder !== this.#place.holder) this.#awaiters.add(holder);
  }

  protected override within<R>(schedule: () => R): R {
    return ambient.run(this.#place, schedule);
  }

  protected override ended(inner: Future<unknown>): void {
    this.#leave();
    this.settleAs(inner);
  }

  protected override onDone(): void {
    this.#leave();
    this.#place.within = undefined;
    if (!this.#isQueued) return;
    this.#isQueued = false;
    this.#backend.waits(-1);
    this.#backend.admission.withdraw(this);
    if (this.future.cancelled()) this.#backend.cancelledHere();
  }

  /** Who awaits it takes the slot that it leaves. */
  #leave(): void {
    this.#place.holder?.end();
    this.#awaiters.goOn();
  }
}
