/**
 * Decides which worker gets which task, and when.
 *
 *   queue ──dispatch──▶ free workers, the most recently busy first (it may still spin)
 *                       else workers with room in their window
 *                       else new workers, up to maxWorkers
 *   a worker's unclaimed tasks ──rebalance──▶ queue, when that worker is late and others are free
 *                              ──stuck─────▶ a new worker, when that worker reports nothing and none is free
 */
import { TaskQueue, type DurationHistogram, type SubmitSites } from '@heddle/futures/authors';
import type { EngineClock, Timer } from '../waiting/clock.js';
import { engineClock } from '../waiting/engine-clock.js';
import { AnswerWatch } from './answer-watch.js';
import type { Crew } from './crew.js';
import type { PlacedTask, WorkerHandle } from './worker-handle.js';

/**
 * How long the dispatcher waits before it looks again at a worker with unclaimed tasks, while other workers are free.
 */
const rebalanceMs = 1;
/**
 * A worker that reports nothing for this long counts as stuck: the tasks behind the one it runs need another worker.
 */
const stuckMs = 10;
/**
 * When the queue reaches this length, the dispatcher sends it before the tick ends, so that workers begin during a
 * burst.
 */
const earlyFlush = 64;

const settled = Promise.resolve();

export interface DispatchEvents {
  /** Returns whether exactly one task is in the queue or in flight. */
  readonly isOnly: () => boolean;
  /** The platform could not clone the arguments of a task. */
  readonly refused: (record: PlacedTask, problem: unknown) => void;
}

export class Dispatcher {
  readonly answers: AnswerWatch;
  readonly #crew: Crew;
  readonly #sites: SubmitSites;
  readonly #waitTimes: DurationHistogram;
  readonly #events: DispatchEvents;
  readonly #clock: EngineClock;
  readonly #queue = new TaskQueue<PlacedTask>((record) => record.worker === undefined && !record.future.done());
  #flushScheduled = false;
  /** No unclaimed task has a lower priority than this one. */
  #lowestSent = Infinity;
  /** The highest priority of the tasks that have to overtake tasks that were sent ahead; `undefined` when there are none. */
  #overtaking: number | undefined;
  #rebalanceTimer: Timer | undefined;
  #stuckTimer: Timer | undefined;

  /** @param waitTimes - receives the time from the submit of each task until it first leaves the queue */
  constructor(crew: Crew, sites: SubmitSites, waitTimes: DurationHistogram, events: DispatchEvents, clock: EngineClock = engineClock) {
    this.#crew = crew;
    this.answers = new AnswerWatch(clock);
    this.#sites = sites;
    this.#waitTimes = waitTimes;
    this.#events = events;
    this.#clock = clock;
  }

  /** Puts a task behind all others of its priority. The dispatcher sends it when the tick ends. */
  push(record: PlacedTask): void {
    const { priority } = record;
    if (priority > this.#lowestSent) this.#overtaking = Math.max(priority, this.#overtaking ?? priority);
    this.#queue.push(record, priority);
    if (this.#queue.size === earlyFlush) this.dispatch();
    this.scheduleFlush();
  }

  /** Puts tasks, in their order, before all others of their priority. */
  unshift(records: readonly PlacedTask[]): void {
    for (let i = records.length - 1; i >= 0; i--) {
      const record = records[i];
      if (record !== undefined) this.#queue.unshift(record, record.priority);
    }
    this.scheduleFlush();
  }

  /** Puts a task that was sent before back at the head of the queue. */
  sendAgain(record: PlacedTask): void {
    record.worker = undefined;
    this.unshift([record]);
  }

  scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    void settled.then(this.#flush); // queueMicrotask would create an AsyncResource each time
  }

  /** For a blocking caller: does the work of the end of the tick now. */
  flushNow(): void {
    this.#sites.blocked();
    this.dispatch();
  }

  readonly #flush = (): void => {
    this.#flushScheduled = false;
    this.#sites.nextTick();
    if (this.#queue.size === 1 && this.#events.isOnly()) this.#dispatchOnly();
    else this.dispatch();
  };

  /**
   * Sends the only task there is, then watches for its answer: a spinning worker may answer before the event loop could
   * go to sleep.
   */
  #dispatchOnly(): void {
    const [worker] = this.#withRoom();
    const isAwake = worker?.isAwake === true; // read before the post, which wakes the worker
    const before = worker?.posted ?? 0;
    this.dispatch();
    if (isAwake && worker.inFlight === 1) this.answers.wait(worker, before);
  }

  /** Sends queued tasks to workers that have room, free workers first, and starts workers for the rest. */
  dispatch(): void {
    if (this.#overtaking !== undefined) this.#overtake(this.#overtaking);
    while (this.#queue.size > 0) {
      const workers = this.#withRoom();
      if (workers.length === 0) {
        this.#crew.grow(this.#queue.size);
        break;
      }
      this.#share(workers);
    }
  }

  /** Sends each of these workers its share of the queue, as far as it has room. */
  #share(workers: readonly WorkerHandle[]): void {
    const share = Math.ceil(this.#queue.size / workers.length);
    for (const worker of workers) this.#fill(worker, Math.min(share, worker.room));
  }

  /**
   * Sends the queue.
   *
   * @returns whether a worker then has room, so that a task accepted now leaves before `submit` returns
   */
  clearTheWay(): boolean {
    if (this.#queue.size > 0) this.dispatch();
    return this.#queue.size === 0 && this.#withRoom().length > 0;
  }

  /** Sends one task at once. @returns false when no worker has room */
  sendNow(record: PlacedTask): boolean {
    const [worker] = this.#withRoom();
    if (worker === undefined) return false;
    if (record.priority > this.#lowestSent) this.#overtake(record.priority);
    this.#send(worker, [record], true);
    return true;
  }

  /** Sends the queue. Then, while workers are free, takes unclaimed tasks back from workers that are late. */
  rebalance(): void {
    this.dispatch();
    if (this.#queue.size > 0 || this.#crew.workers.size < 2) return;
    let free = 0;
    for (const worker of this.#crew.workers) if (worker.isFree) free += 1;
    if (free === 0) return;
    let waiting = false;
    for (const worker of this.#crew.workers) {
      const unclaimed = worker.inFlight - worker.suspended - worker.running;
      if (unclaimed <= 0 || worker.isFree) continue;
      if (this.#isLate(worker, unclaimed)) this.#steal(worker, free);
      else waiting = true;
    }
    if (waiting) this.#rebalanceTimer ??= this.#clock.setTimer(rebalanceMs, this.#rebalanceLater);
  }

  /**
   * The crew may have more workers now, or fewer. Tasks that wait behind others are watched again, since the crew may
   * now be able to grow for them.
   */
  crewResized(): void {
    this.rebalance();
    for (const worker of this.#crew.workers) if (worker.inFlight > 1) this.#watchForStuck();
  }

  /** Returns unclaimed tasks of a worker to the head of the queue, in their order. */
  takeBack(worker: WorkerHandle, records: readonly PlacedTask[] = worker.unclaimed()): void {
    this.unshift(records.filter((record) => record.canBeResent && worker.withdraw(record)));
  }

  /** A task in the queue was cancelled. Its future settles next. */
  forgetOne(): void {
    this.#queue.forgetOne();
  }

  /** Empties the queue and returns its tasks. */
  drain(): PlacedTask[] {
    const records: PlacedTask[] = [];
    for (let record = this.#queue.shift(); record !== undefined; record = this.#queue.shift()) records.push(record);
    return records;
  }

  /**
   * For a blocking caller: does the work of the timers now.
   *
   * @returns after how many milliseconds the caller has to call this again
   */
  runOverdueTimers(): number {
    if (this.#rebalanceTimer !== undefined) {
      this.#clock.clearTimer(this.#rebalanceTimer);
      this.#rebalanceLater();
    }
    if (this.#stuckTimer !== undefined) {
      this.#clock.clearTimer(this.#stuckTimer);
      this.#growPastStuck();
    }
    return this.#rebalanceTimer === undefined ? stuckMs : rebalanceMs;
  }

  /** Stops all timers. */
  close(): void {
    this.#clock.clearTimer(this.#rebalanceTimer);
    this.#clock.clearTimer(this.#stuckTimer);
  }

  /** Takes unclaimed tasks of a lower priority back to the queue: the task that overtakes them may be claimed before them. */
  #overtake(priority: number): void {
    this.#overtaking = undefined;
    this.#lowestSent = Infinity;
    for (const worker of this.#crew.workers) {
      const lower: PlacedTask[] = [];
      for (const record of worker.unclaimed()) {
        if (record.priority < priority) lower.push(record);
        this.#lowestSent = Math.min(this.#lowestSent, record.priority);
      }
      if (lower.length > 0) this.takeBack(worker, lower);
    }
  }

  #fill(worker: WorkerHandle, count: number): void {
    const records: PlacedTask[] = [];
    while (records.length < count) {
      const record = this.#queue.shift();
      if (record === undefined) break;
      records.push(record);
    }
    if (records.length > 0) this.#send(worker, records);
  }

  #send(worker: WorkerHandle, records: readonly PlacedTask[], isLive = false): void {
    this.#recordSent(records);
    worker.send(records, this.#events.refused, isLive);
    if (worker.inFlight > 1) this.#watchForStuck();
  }

  #recordSent(records: readonly PlacedTask[]): void {
    const now = this.#clock.now();
    for (const { site, ticket, priority } of records) {
      if (ticket < 0) this.#waitTimes.record(site === undefined ? 0 : now - site.time);
      if (priority < this.#lowestSent) this.#lowestSent = priority;
    }
  }

  /**
   * Tasks wait behind another task on the same worker. If that task never ends, they need a worker that does not exist
   * yet.
   */
  #watchForStuck(): void {
    if (this.#stuckTimer !== undefined || !this.#crew.canGrow) return;
    this.#stuckTimer = this.#clock.setTimer(stuckMs, this.#lookForStuck);
    this.#stuckTimer.unref();
  }

  /**
   * A caller that was busy first reads the messages that have arrived meanwhile; a worker they come from is not stuck.
   */
  readonly #lookForStuck = (): void => {
    this.#clock.afterMessages(this.#growPastStuck);
  };

  readonly #growPastStuck = (): void => {
    this.#stuckTimer = undefined;
    let waiting = 0;
    let stuck = 0;
    for (const worker of this.#crew.workers) {
      const unclaimed = worker.inFlight - worker.suspended - worker.running;
      if (unclaimed <= 0) continue;
      waiting += unclaimed;
      if (worker.sizer.isSilentFor(stuckMs)) stuck += unclaimed;
    }
    if (stuck > 0) this.#crew.grow(stuck); // once the new worker is ready, rebalance gives it the tasks that wait
    if (waiting > 0) this.#watchForStuck();
  };

  /**
   * The workers to send to next: free ones, the most recently busy first. When none is free: those with room, the least
   * loaded first.
   */
  #withRoom(): WorkerHandle[] {
    const free: WorkerHandle[] = [];
    const others: WorkerHandle[] = [];
    for (const worker of this.#crew.workers) {
      if (worker.room > 0) (worker.isFree ? free : others).push(worker);
    }
    if (free.length > 1) free.sort((a, b) => b.idleSince - a.idleSince);
    if (free.length > 0 || others.length < 2) return free.length > 0 ? free : others;
    return others.sort((a, b) => a.inFlight - b.inFlight);
  }

  /**
   * Returns whether free workers should get the unclaimed tasks of this worker. A worker that runs nothing may still be
   * receiving a task, which takes long when the task is large. The patience grows with each move, since a task that
   * moves too early each time would never arrive.
   */
  #isLate(worker: WorkerHandle, unclaimed: number): boolean {
    if (worker.running > 0) return worker.sizer.isLate(unclaimed);
    if (!worker.sizer.isSilentFor(stuckMs)) return false;
    const moves = Math.max(...worker.unclaimed().map((record) => record.moves));
    return worker.sizer.isSilentFor(stuckMs * 4 ** moves);
  }

  #steal(from: WorkerHandle, freeWorkers: number): void {
    const unclaimed = from.unclaimed();
    const count = Math.ceil((unclaimed.length * freeWorkers) / (freeWorkers + 1));
    const moved = unclaimed.slice(-count);
    for (const record of moved) record.countMove();
    this.takeBack(from, moved);
    this.#share(this.#withRoom().filter((worker) => worker !== from)); // `from` may be free now, and the most recently busy
    this.dispatch();
  }

  readonly #rebalanceLater = (): void => {
    this.#rebalanceTimer = undefined;
    this.rebalance();
  };
}
