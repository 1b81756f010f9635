/**
 * One worker as the caller sees it: what is in flight on it, how much more it should have, and how to take it back.
 *
 *   starting ──ready──▶ ready ──retire──▶ stopping ──exit──▶ dead      (any state ──exit──▶ dead)
 *
 * Invariant: `#tasks[word]` holds a record exactly while that word's task is in flight here and not withdrawn; a word
 * that was withdrawn stays taken until the worker has passed over it.
 */
import type { DurationHistogram } from '@heddle/futures/authors';
import type { BlockedWait } from '../pool/blocked-workers.js';
import type { Channel } from '../protocol/channel.js';
import { capacity, type CallerLedger } from '../protocol/ledger.js';
import type { TaskRecord } from '../task/task-record.js';
import { WindowSizer } from './window-sizer.js';
import type { ToWorker } from '../protocol/wire.js';
import * as wire from '../protocol/wire.js';

export type WorkerState = 'starting' | 'ready' | 'stopping' | 'dead';

export class WorkerHandle {
  readonly id: number;
  readonly name: string;
  readonly sizer: WindowSizer = new WindowSizer();
  state: WorkerState = 'starting';
  /** Why it will be stopped, when the pool stops it by force. */
  condemned = false;
  /** It asked to be replaced: it gets no more tasks. */
  worn = false;
  /** There are to be fewer workers: it gets no more tasks, and goes when it has none. */
  surplus = false;
  /** It has come to its initializer. */
  isInitializing = false;
  /** What it said of its end. */
  lastWords: unknown;
  /** Tasks answered, for maxTasksPerWorker. */
  completed = 0;
  /** performance.now() since when it has nothing to do. */
  idleSince = 0;
  /** A task here blocks on another one: the worker stands still. */
  blockedOn: BlockedWait | undefined;
  /** Work of tasks that run here, waiting for the caller: see NestedTasks. */
  readonly nested: Map<number, TaskRecord> = new Map<number, TaskRecord>();
  #channel: Channel | undefined;
  #ledger: CallerLedger | undefined;
  readonly #tasks: (TaskRecord | undefined)[] = [];
  readonly #free: number[] = [];
  /** 1 for each word that the worker is still to answer for. */
  readonly #taken: Uint8Array = new Uint8Array(capacity);
  readonly #known = new Set<number>();
  readonly #cleanups: (() => void)[] = [];
  #inFlight = 0;

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
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
    return Math.min(window - active, capacity - this.#tasks.length + this.#free.length);
  }

  /** Messages it has posted. */
  get posted(): number {
    return this.#ledger?.posted ?? 0;
  }

  get isFree(): boolean {
    return this.#takesTasks && this.#inFlight - this.suspended <= 0;
  }

  get #takesTasks(): boolean {
    return this.state === 'ready' && !this.condemned && !this.worn && !this.surplus && this.blockedOn === undefined;
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

  /** Whether the worker has claimed the task under this word. */
  hasClaimed(word: number): boolean {
    return this.#ledger?.hasClaimed(word) === true;
  }

  /** Whether the task under this word has looked at its signal. */
  isWatching(word: number): boolean {
    return this.#ledger?.isWatching(word) === true;
  }

  /**
   * Posts tasks as one message. What can't be cloned after all is given to `refused`, the others are sent.
   *
   * @param isLive - whether arguments are the user's own objects
   */
  send(records: readonly TaskRecord[], refused: (record: TaskRecord, problem: unknown) => void, isLive = false): void {
    if (this.#inFlight === 0) this.sizer.begins();
    for (const part of apart(records)) this.#sendTogether(part, refused, isLive);
  }

  #sendTogether(records: readonly TaskRecord[], refused: (record: TaskRecord, problem: unknown) => void, isLive: boolean): void {
    const transfer: object[] = [];
    const message: unknown[] = [wire.run, 0];
    for (const record of records) this.#append(message, record, transfer);
    try {
      this.#post(message as never, transfer, isLive);
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

  /** Whether the worker is still to answer for this word. */
  isTaken(word: number): boolean {
    return this.#taken[word] === 1;
  }

  /** The record a result is for; its word is free again. `undefined` when the task was withdrawn. */
  take(word: number): TaskRecord | undefined {
    if (!this.isTaken(word)) return undefined; // answered twice: it must not be free twice
    const record = this.#tasks[word];
    this.#tasks[word] = undefined;
    this.#taken[word] = 0;
    this.#free.push(word);
    this.#ledger?.free(word);
    if (record === undefined) return undefined;
    this.#inFlight -= 1;
    return record;
  }

  /** Takes a task back, unless the worker has claimed it. Its word stays taken until the worker has passed over it. */
  withdraw(record: TaskRecord): boolean {
    if (this.#ledger?.withdraw(record.word) !== true) return false;
    this.#tasks[record.word] = undefined;
    this.#inFlight -= 1;
    record.worker = undefined;
    return true;
  }

  /** The task is settled though the worker still runs it; its word is never used again. */
  forget(record: TaskRecord): void {
    this.#tasks[record.word] = undefined;
    this.#inFlight -= 1;
  }

  /** Runs when the worker has ended. */
  onEnd(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** The record in flight under a word. */
  at(word: number): TaskRecord | undefined {
    return this.#tasks[word];
  }

  /** Tasks in flight that it has not claimed. */
  unclaimed(): TaskRecord[] {
    return this.records().filter((record) => !this.hasClaimed(record.word));
  }

  /** Everything in flight. */
  records(): TaskRecord[] {
    return this.#tasks.filter((record) => record !== undefined);
  }

  /** The worker is gone: empties it and tells what it had, by whether the worker had begun it. */
  bury(): { claimed: TaskRecord[]; unclaimed: TaskRecord[] } {
    this.state = 'dead';
    this.blockedOn = undefined;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    const claimed: TaskRecord[] = [];
    const unclaimed: TaskRecord[] = [];
    for (const record of this.records()) (this.hasClaimed(record.word) ? claimed : unclaimed).push(record);
    for (const record of unclaimed) record.worker = undefined;
    this.#tasks.length = 0;
    this.#inFlight = 0;
    this.#ledger?.bury();
    return { claimed, unclaimed };
  }

  #append(message: unknown[], record: TaskRecord, transfer: object[]): void {
    const { fn, extras } = record;
    if (!this.#known.has(fn.id)) {
      this.#known.add(fn.id);
      const definitions = (message[1] === 0 ? [] : message[1]) as wire.FunctionDefinition[];
      definitions.push([fn.id, fn.descriptor]);
      message[1] = definitions;
    }
    const word = this.#free.pop() ?? this.#tasks.length;
    this.#tasks[word] = record;
    this.#taken[word] = 1;
    this.#inFlight += 1;
    this.#ledger?.place(word);
    record.worker = this;
    record.word = word;
    const flags = extras === undefined ? record.flags : record.flags | wire.extraFlag;
    record.appendTo(message, flags);
    if (extras === undefined) return;
    const { name, timeoutMs } = extras.options;
    message.push({ name, attempt: extras.attempt, tellClaim: timeoutMs !== undefined } satisfies wire.TaskExtra);
    if (extras.transfer !== undefined) transfer.push(...extras.transfer);
  }

  #unplace(record: TaskRecord): void {
    this.#tasks[record.word] = undefined;
    this.#taken[record.word] = 0;
    this.#free.push(record.word);
    this.#inFlight -= 1;
    this.#ledger?.unplace(record.word);
    this.#known.delete(record.fn.id); // its definition may not have arrived
    record.worker = undefined;
  }

  #post(message: ToWorker, transfer?: readonly object[], isLive?: boolean): void {
    this.#channel?.post(message, transfer, isLive);
    this.#ledger?.ring();
  }
}

/** Chunks of one map have one copy of what their function captures here; each is to have its own there, so they travel apart. */
function apart(records: readonly TaskRecord[]): readonly (readonly TaskRecord[])[] {
  const shared = wire.closureFlag | wire.chunkFlag;
  if (records.length < 2 || !records.some(({ flags }) => (flags & shared) === shared)) return [records];
  const parts: TaskRecord[][] = [];
  let owns = new Set<unknown>();
  for (const record of records) {
    const [own] = record.args;
    const isNew = !owns.has(own);
    if (!isNew) owns = new Set();
    if ((record.flags & shared) === shared) owns.add(own);
    const last = parts.at(-1);
    if (isNew && last !== undefined) last.push(record);
    else parts.push([record]);
  }
  return parts;
}
