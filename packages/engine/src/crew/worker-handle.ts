/**
 * One worker as the caller sees it: what is in flight on it, how much more it should have, and how to take it back.
 *
 *   starting ──ready──▶ ready ──retire──▶ stopping ──exit──▶ dead      (any state ──exit──▶ dead)
 *                       ▲  │ resize          ▲
 *                       │  ▼                 │ ran empty
 *                      surplus ──────────────┘
 *   any but dead ──terminate──▶ condemned
 *
 * Invariant: `#tasks[ticket]` holds a record exactly while that ticket's task is in flight here and not withdrawn; a ticket
 * that was withdrawn stays taken until the worker has passed over it.
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

/** A task of a pool of workers. */
export type PlacedTask = TaskRecord<WorkerHandle>;

/** A worker stands still, since a task of its blocks on a task that it has submitted. */
export interface BlockedWait {
  /** By which the worker knows the wait. */
  readonly number: number;
  /** Later ones are greater. */
  readonly order: number;
  /** The task that is waited for. */
  readonly record: PlacedTask;
  /** The task that waits. */
  readonly name: string;
  isRefused: boolean;
}

/**
 * Where a worker is in its life:
 *
 * - `starting`: it can't run tasks yet
 * - `ready`: it gets tasks
 * - `surplus`: there are to be fewer workers. It gets no more tasks, and goes when it has none, unless there may be more again
 * - `condemned`: it is ended by force, perhaps after claimed tasks beside the one that had to be stopped
 * - `stopping`: it was told to go, and has nothing to do
 * - `dead`: nothing is in flight on it any more
 */
export type WorkerState = 'starting' | 'ready' | 'surplus' | 'condemned' | 'stopping' | 'dead';

export class WorkerHandle {
  readonly id: number;
  readonly name: string;
  readonly sizer: WindowSizer;
  state: WorkerState = 'starting';
  /** It has come to its initializer. */
  isInitializing = false;
  /** What it said of its end. */
  lastWords: unknown;
  /** Since when, as the clock tells time, when it has nothing to do. */
  idleSince = 0;
  /** A task here blocks on another one: the worker stands still. */
  blockedOn: BlockedWait | undefined;
  #channel: Channel | undefined;
  #ledger: CallerLedger | undefined;
  readonly #tasks: (PlacedTask | undefined)[] = [];
  readonly #free: number[] = [];
  /** 1 for each ticket that the worker is still to answer for. */
  readonly #taken: Uint8Array = new Uint8Array(capacity);
  readonly #writer = new BatchWriter();
  readonly #cleanups: (() => void)[] = [];
  #inFlight = 0;
  /** How many tasks it may answer for, those in flight included. */
  #tasksLeft: number;

  constructor(id: number, name: string, maxTasks: number, clock: EngineClock = engineClock) {
    this.sizer = new WindowSizer(clock);
    this.id = id;
    this.name = name;
    this.#tasksLeft = maxTasks;
  }

  /** It is ended by force, now or soon. */
  condemn(): void {
    if (this.state !== 'dead') this.state = 'condemned';
  }

  /** It asked to be replaced: it gets no more tasks. */
  wornOut(): void {
    this.#tasksLeft = 0;
  }

  /** Whether it gets no more tasks, since it has had all that it may have, or asked to be replaced. */
  get isUsedUp(): boolean {
    return this.#tasksLeft <= this.#inFlight;
  }

  /** It has answered for tasks. */
  answered(count: number): void {
    this.#tasksLeft -= count;
  }

  get channel(): Channel | undefined {
    return this.#channel;
  }

  /** Its platform has begun to start it. */
  attach(channel: Channel): void {
    this.#channel = channel;
    this.#ledger = channel.ledger;
  }

  /** Tasks sent and not settled. */
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
   * How many more tasks it should have now. Half a window of tiny tasks is enough for a while: refilling it one by one
   * would be a message a task.
   */
  get room(): number {
    if (!this.#takesTasks) return 0;
    const { window } = this.sizer;
    const active = this.#inFlight - this.suspended;
    if (active > window >> 1) return 0;
    return Math.min(window - active, capacity - this.#tasks.length + this.#free.length, this.#tasksLeft - this.#inFlight);
  }

  /** Messages it has posted. */
  get posted(): number {
    return this.#ledger?.posted ?? 0;
  }

  get isFree(): boolean {
    return this.#takesTasks && this.#inFlight - this.suspended <= 0;
  }

  get #takesTasks(): boolean {
    return this.state === 'ready' && !this.isUsedUp && this.blockedOn === undefined;
  }

  /** See ledger.ts. */
  get watchMs(): number {
    return this.#ledger?.watchMs ?? 0;
  }

  /** Whether a worker of the pool spins, so that a message would find it awake. */
  get isAwake(): boolean {
    return this.#ledger?.isWorkerAwake === true;
  }

  /** The histogram its tasks' run times are in. */
  get runTimes(): DurationHistogram | undefined {
    return this.#ledger?.runTimes;
  }

  /** Whether the worker has claimed the task under this ticket. */
  hasClaimed(ticket: number): boolean {
    return this.#ledger?.hasClaimed(ticket) === true;
  }

  /** Whether the task under this ticket has looked at its signal. */
  isWatching(ticket: number): boolean {
    return this.#ledger?.isWatching(ticket) === true;
  }

  /**
   * Posts tasks as one message. What can't be cloned after all is given to `refused`, the others are sent.
   *
   * @param isLive - whether arguments are the user's own objects
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
    }
  }

  /** Posts anything else. */
  post(message: ToWorker, transfer?: readonly object[]): void {
    this.#post(message, transfer);
  }

  /** Whether the worker is still to answer for this ticket. */
  isTaken(ticket: number): boolean {
    return this.#taken[ticket] === 1;
  }

  /** The record a result is for; its ticket is free again. `undefined` when the task was withdrawn. */
  take(ticket: number): PlacedTask | undefined {
    if (!this.isTaken(ticket)) return undefined; // answered twice: it must not be free twice
    const record = this.#tasks[ticket];
    this.#tasks[ticket] = undefined;
    this.#taken[ticket] = 0;
    this.#free.push(ticket);
    this.#ledger?.free(ticket);
    if (record === undefined) return undefined;
    this.#inFlight -= 1;
    return record;
  }

  /** Takes a task back, unless the worker has claimed it. Its ticket stays taken until the worker has passed over it. */
  withdraw(record: PlacedTask): boolean {
    if (this.#ledger?.withdraw(record.ticket) !== true) return false;
    this.#tasks[record.ticket] = undefined;
    this.#inFlight -= 1;
    record.worker = undefined;
    return true;
  }

  /** The task is settled though the worker still runs it; its ticket is never used again. */
  forget(record: PlacedTask): void {
    this.#tasks[record.ticket] = undefined;
    this.#inFlight -= 1;
  }

  /** Runs when the worker has ended. */
  onEnd(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** The record in flight under a ticket. */
  at(ticket: number): PlacedTask | undefined {
    return this.#tasks[ticket];
  }

  /** Tasks in flight that it has not claimed. */
  unclaimed(): PlacedTask[] {
    return this.records().filter((record) => !this.hasClaimed(record.ticket));
  }

  /** Everything in flight. */
  records(): PlacedTask[] {
    return this.#tasks.filter((record) => record !== undefined);
  }

  /** The worker is gone: empties it and tells what it had, by whether the worker had begun it. */
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

  /** @returns the ticket under which the record is in flight here from now on */
  #place(record: PlacedTask): number {
    const ticket = this.#free.pop() ?? this.#tasks.length;
    this.#tasks[ticket] = record;
    this.#taken[ticket] = 1;
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
