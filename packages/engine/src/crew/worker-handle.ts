/**
 * One worker as the caller sees it. The handle knows which tasks are in flight there and how many more it should have,
 * and takes unclaimed ones back.
 *
 *   starting ──ready──▶ ready ──retire──▶ stopping ──exit──▶ dead      (any state ──exit──▶ dead)
 *                       ▲  │ resize          ▲
 *                       │  ▼                 │ ran empty
 *                      surplus ──────────────┘
 *   any but dead ──terminate──▶ condemned
 *
 * Invariant: `#tasks[ticket]` holds a record exactly while that ticket's task is in flight here and not withdrawn. The
 * ticket of a withdrawn task stays taken until the worker has skipped it.
 */
import type { DurationHistogram } from '@heddle/futures/authors';
import { BatchWriter, splitSharedCaptures } from '../protocol/batch-writer.js';
import type { Channel } from '../protocol/channel.js';
import { capacity, type CallerLedger } from '../protocol/ledger.js';
import type { ToWorker } from '../protocol/wire.js';
import type { TaskRecord } from '../task/task-record.js';
import type { EngineClock } from '../waiting/clock.js';
import { engineClock } from '../waiting/engine-clock.js';
import { WindowSizer } from './window-sizer.js';

/** A task that a pool of workers runs. */
export type PlacedTask = TaskRecord<WorkerHandle>;

/** A worker is blocked: one of its tasks blocks on a task that it has submitted. */
export interface BlockedWait {
  /** The number by which the worker identifies the wait. */
  readonly number: number;
  /** A later wait has a greater number. */
  readonly order: number;
  /** The task that the wait is for. */
  readonly record: PlacedTask;
  /** The name of the task that waits. */
  readonly name: string;
  isRefused: boolean;
}

/**
 * The state of a worker:
 *
 * - `starting`: it cannot run tasks yet
 * - `ready`: it gets tasks
 * - `surplus`: the pool has more workers than it may. The worker gets no more tasks and retires when it has none; a
 *   resize may make it ready again
 * - `condemned`: it is terminated by force, at once or after its other claimed tasks have had time to end
 * - `stopping`: it was told to stop and has nothing to do
 * - `dead`: nothing is in flight on it any more
 */
export type WorkerState = 'starting' | 'ready' | 'surplus' | 'condemned' | 'stopping' | 'dead';

export class WorkerHandle {
  readonly id: number;
  readonly name: string;
  readonly sizer: WindowSizer;
  state: WorkerState = 'starting';
  /** Whether the worker has reached its initializer. */
  isInitializing = false;
  /** The error that the worker reported before its end. */
  lastWords: unknown;
  /** When the worker became idle, on the engine's clock. Valid only while it has nothing to do. */
  idleSince = 0;
  /** Set while a task on this worker blocks on another task: the worker then runs nothing. */
  blockedOn: BlockedWait | undefined;
  #channel: Channel | undefined;
  #ledger: CallerLedger | undefined;
  readonly #tasks: (PlacedTask | undefined)[] = [];
  readonly #free: number[] = [];
  /** 1 for each ticket that the worker still has to answer for. */
  readonly #taken: Uint8Array = new Uint8Array(capacity);
  /** The number of each ticket's task, in the order of sending: tickets are used again in any order. */
  readonly #numbers = new Float64Array(capacity);
  #sent = 0;
  readonly #writer = new BatchWriter();
  readonly #cleanups: (() => void)[] = [];
  #inFlight = 0;
  /** How many tasks the worker may still answer for, those in flight included. */
  #tasksLeft: number;

  constructor(id: number, name: string, maxTasks: number, clock: EngineClock = engineClock) {
    this.sizer = new WindowSizer(clock);
    this.id = id;
    this.name = name;
    this.#tasksLeft = maxTasks;
  }

  /** Marks the worker as one that is terminated by force, now or soon. */
  condemn(): void {
    if (this.state !== 'dead') this.state = 'condemned';
  }

  /** The worker asked to be replaced. It gets no more tasks. */
  wornOut(): void {
    this.#tasksLeft = 0;
  }

  /** Whether the worker gets no more tasks: it has had all it may have, or asked to be replaced. */
  get isUsedUp(): boolean {
    return this.#tasksLeft <= this.#inFlight;
  }

  /** The worker has answered for `count` tasks. */
  answered(count: number): void {
    this.#tasksLeft -= count;
  }

  get channel(): Channel | undefined {
    return this.#channel;
  }

  /** The platform has begun to start the worker. */
  attach(channel: Channel): void {
    this.#channel = channel;
    this.#ledger = channel.ledger;
  }

  /** How many tasks were sent and are not settled. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get suspended(): number {
    return this.#ledger?.suspended ?? 0;
  }

  get running(): number {
    return this.#ledger?.running ?? 0;
  }

  /**
   * How many more tasks the worker should have now. More than half a window is enough: refilling it task by task would
   * cost one message for each task.
   */
  get room(): number {
    if (!this.#takesTasks) return 0;
    const { window } = this.sizer;
    const active = this.#inFlight - this.suspended;
    if (active > window >> 1) return 0;
    return Math.min(window - active, capacity - this.#tasks.length + this.#free.length, this.#tasksLeft - this.#inFlight);
  }

  /** How many messages the worker has posted. */
  get posted(): number {
    return this.#ledger?.posted ?? 0;
  }

  get isFree(): boolean {
    return this.#takesTasks && this.#inFlight - this.suspended <= 0;
  }

  get #takesTasks(): boolean {
    return this.state === 'ready' && !this.isUsedUp && this.blockedOn === undefined;
  }

  /** See CallerLedger in ledger.ts. */
  get watchMs(): number {
    return this.#ledger?.watchMs ?? 0;
  }

  /** Whether a worker of the pool spins, so that a message finds it awake. */
  get isAwake(): boolean {
    return this.#ledger?.isWorkerAwake === true;
  }

  /** The histogram of the run times of this worker's tasks. */
  get runTimes(): DurationHistogram | undefined {
    return this.#ledger?.runTimes;
  }

  /** Whether the worker has claimed the task under this ticket. */
  hasClaimed(ticket: number): boolean {
    return this.#ledger?.hasClaimed(ticket) === true;
  }

  /** Whether the task under this ticket has read its signal. */
  isWatching(ticket: number): boolean {
    return this.#ledger?.isWatching(ticket) === true;
  }

  /**
   * Posts tasks in one message, or in more where their captures need it. A task that cannot be cloned goes to
   * `refused`; the others are sent.
   *
   * @param isLive - whether the arguments are the user's own objects
   */
  send(records: readonly PlacedTask[], refused: (record: PlacedTask, problem: unknown) => void, isLive = false): void {
    if (this.#inFlight === 0) this.sizer.begins();
    for (const part of splitSharedCaptures(records)) this.#sendTogether(part, refused, isLive);
  }

  #sendTogether(records: readonly PlacedTask[], refused: (record: PlacedTask, problem: unknown) => void, isLive: boolean): void {
    const writer = this.#writer;
    writer.start();
    for (const record of records) writer.add(record, this.#place(record));
    try {
      this.#post(writer.message, writer.transfer, isLive);
    } catch (problem) {
      for (const record of records) this.#unplace(record);
      const [only] = records;
      if (records.length === 1 && only !== undefined) refused(only, problem);
      else for (const record of records) this.#sendTogether([record], refused, isLive);
    } finally {
      writer.clear();
    }
  }

  /** Posts a message that is not a batch of tasks. */
  post(message: ToWorker, transfer?: readonly object[]): void {
    this.#post(message, transfer);
  }

  /** Whether the worker still has to answer for this ticket. */
  isTaken(ticket: number): boolean {
    return this.#taken[ticket] === 1;
  }

  /** Takes the record that a result is for and frees its ticket. Returns `undefined` when the task was withdrawn. */
  take(ticket: number): PlacedTask | undefined {
    if (!this.isTaken(ticket)) return undefined; // a second answer must not free the ticket twice
    const record = this.#tasks[ticket];
    this.#tasks[ticket] = undefined;
    this.#taken[ticket] = 0;
    this.#free.push(ticket);
    this.#ledger?.free(ticket);
    if (record === undefined) return undefined;
    this.#inFlight -= 1;
    return record;
  }

  /** Takes a task back, unless the worker has claimed it. Its ticket stays taken until the worker has skipped it. */
  withdraw(record: PlacedTask): boolean {
    if (this.#ledger?.withdraw(record.ticket) !== true) return false;
    this.#tasks[record.ticket] = undefined;
    this.#inFlight -= 1;
    record.worker = undefined;
    return true;
  }

  /** The task is settled though the worker still runs it. Its ticket is never used again. */
  forget(record: PlacedTask): void {
    this.#tasks[record.ticket] = undefined;
    this.#inFlight -= 1;
  }

  /** Registers a cleanup for the end of the worker. */
  onEnd(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** The record in flight under a ticket, if there is one. */
  at(ticket: number): PlacedTask | undefined {
    return this.#tasks[ticket];
  }

  /** The tasks in flight that the worker has not claimed, in the order in which they were sent. */
  unclaimed(): PlacedTask[] {
    return this.records().filter((record) => !this.hasClaimed(record.ticket));
  }

  /** All tasks in flight, in the order in which they were sent. */
  records(): PlacedTask[] {
    const numbers = this.#numbers;
    return this.#tasks.filter((record) => record !== undefined).sort((a, b) => (numbers[a.ticket] ?? 0) - (numbers[b.ticket] ?? 0));
  }

  /** The worker has ended. Empties the handle and returns its tasks, those it had claimed apart from the others. */
  takeInFlight(): { claimed: PlacedTask[]; unclaimed: PlacedTask[] } {
    this.state = 'dead';
    this.blockedOn = undefined;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    const claimed: PlacedTask[] = [];
    const unclaimed: PlacedTask[] = [];
    for (const record of this.records()) (this.hasClaimed(record.ticket) ? claimed : unclaimed).push(record);
    for (const record of unclaimed) record.worker = undefined;
    this.#tasks.length = 0;
    this.#inFlight = 0;
    this.#ledger?.workerGone();
    return { claimed, unclaimed };
  }

  /** @returns the ticket under which the record is in flight from now on */
  #place(record: PlacedTask): number {
    const ticket = this.#free.pop() ?? this.#tasks.length;
    this.#tasks[ticket] = record;
    this.#taken[ticket] = 1;
    this.#numbers[ticket] = this.#sent += 1;
    this.#inFlight += 1;
    this.#ledger?.place(ticket);
    record.worker = this;
    record.ticket = ticket;
    return ticket;
  }

  #unplace(record: PlacedTask): void {
    this.#tasks[record.ticket] = undefined;
    this.#taken[record.ticket] = 0;
    this.#free.push(record.ticket);
    this.#inFlight -= 1;
    this.#ledger?.unplace(record.ticket);
    this.#writer.forget(record.fn.id);
    record.worker = undefined;
  }

  #post(message: ToWorker, transfer?: readonly object[], isLive?: boolean): void {
    this.#channel?.post(message, transfer, isLive);
    this.#ledger?.ring();
  }
}
