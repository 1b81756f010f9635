import { FutureController, TimeoutError, type AbortError } from '@heddle/futures';
import { whenAborted, type SubmitSite } from '@heddle/futures/authors';
import type { OutgoingTask } from '../protocol/batch-writer.js';
import type { Alarms } from '../waiting/alarms.js';
import type { FunctionEntry } from './function-table.js';
import type { TaskSettings } from './task-settings.js';

/**
 * A flag above those that travel: the only argument is held without a list, which would take as much memory as a
 * future.
 */
const bareFlag = 1 << 16;
const wireFlags = bareFlag - 1;
/** The arguments are the user's own objects, which have to be posted before `submit` returns. */
const liveFlag = 1 << 17;
/** The bits from here on count how often the task was moved from one worker to another. */
const moveUnit = 1 << 18;
const mostMoves = 1000;

/** The part of a worker that its tasks use. */
export interface TaskWorker {
  hasClaimed(ticket: number): boolean;
}

/** The part of a pool that its tasks use. */
export interface TaskOwner<W extends TaskWorker> {
  /** Stands for the pool in `tellFailures`, which reports failures that nobody looked at. */
  readonly failureOwner: object;
  /** Takes back a task that the user cancels. @returns false when a worker has claimed it */
  withdraw(record: TaskRecord<W>): boolean;
  /**
   * Stops a task that a worker has claimed. @returns whether it was stopped; false when it ended with an outcome of its
   * own
   */
  abort(record: TaskRecord<W>, reason: unknown, graceMs: number): Promise<boolean>;
  /** Blocks this thread until a task is settled. @throws DeadlockError */
  block(record: TaskRecord<W>, timeoutMs: number): void;
}

/**
 * One task in the caller. It is the future's controller and the engine's record in one object, since a million tasks
 * may wait.
 *
 * A record is in the queue (`worker` undefined), or in flight on `worker` under `ticket`.
 */
export class TaskRecord<W extends TaskWorker> extends FutureController<unknown> implements OutgoingTask {
  readonly #owner: TaskOwner<W>;
  readonly fn: FunctionEntry;
  /** The place of submit. Undefined for nested tasks, whose worker adds the stack. */
  readonly site: SubmitSite | undefined;
  /** The arguments, or the only argument, ready to be posted. Released when the task is settled. */
  #cargo: unknown;
  #flags: number;
  settings: TaskSettings | undefined;
  worker: W | undefined = undefined;
  /** The ticket of the task on `worker` while it is in flight there; -1 before it was first sent. */
  ticket = -1;

  constructor(
    owner: TaskOwner<W>,
    fn: FunctionEntry,
    args: readonly unknown[],
    flags: number,
    site: SubmitSite | undefined,
    settings: TaskSettings | undefined,
    isLive = false,
  ) {
    super(settings?.options.name ?? fn.name);
    this.#owner = owner;
    this.fn = fn;
    const isBare = args.length === 1;
    this.#cargo = isBare ? args[0] : args;
    this.#flags = (isBare ? flags | bareFlag : flags) | (isLive ? liveFlag : 0);
    this.site = site;
    this.settings = settings;
    if (settings !== undefined) this.#attach(settings);
  }

  /** The flags of wire.ts except `headerFlag` and `packedFlag`. */
  get flags(): number {
    return this.#flags & wireFlags;
  }

  /** How often the task was taken from one worker to be given to another. */
  get moves(): number {
    return Math.floor(this.#flags / moveUnit);
  }

  /** The task is taken from a worker to be given to another. */
  countMove(): void {
    if (this.moves < mostMoves) this.#flags += moveUnit;
  }

  /** Whether the arguments are the user's own objects, which have to be posted before `submit` returns. */
  get isLive(): boolean {
    return (this.#flags & liveFlag) !== 0;
  }

  get args(): readonly unknown[] {
    return this.isBare ? [this.#cargo] : (this.#cargo as readonly unknown[]);
  }

  /** Replaces the user's own objects by copies. `args` has as many elements as before. */
  replaceLive(args: readonly unknown[]): void {
    this.#cargo = this.isBare ? args[0] : args;
    this.#flags &= ~liveFlag;
  }

  /** Whether `cargo` is the only argument; otherwise it is the list of arguments. */
  get isBare(): boolean {
    return (this.#flags & bareFlag) !== 0;
  }

  get cargo(): unknown {
    return this.#cargo;
  }

  get priority(): number {
    return this.settings?.options.priority ?? 0;
  }

  /** Whether the arguments are still here after the task was sent. Moved arguments cannot be sent again. */
  get canBeResent(): boolean {
    return this.settings?.transfer === undefined;
  }

  override get failureOwner(): object {
    return this.#owner.failureOwner;
  }

  override onCancel(): boolean {
    return this.#owner.withdraw(this);
  }

  override onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    return this.#owner.abort(this, reason, graceMs);
  }

  override onBlock(timeoutMs: number): void {
    this.#owner.block(this, timeoutMs);
  }

  override refresh(): void {
    if (this.worker?.hasClaimed(this.ticket) === true) this.setRunningOrNotifyCancel();
  }

  /**
   * The task is about to be settled, perhaps as one of many. A done callback of another task that cancels it now comes
   * too late.
   */
  sealAgainstCancel(): void {
    if (this.future.state === 'pending') this.setRunningOrNotifyCancel();
  }

  /** Returns the error that an abort for `reason` ends in. */
  aborted(reason: unknown): AbortError | TimeoutError {
    return this.abortError(reason);
  }

  #attach(settings: TaskSettings): void {
    const { signal } = settings.options;
    if (signal === undefined || signal.aborted) return;
    settings.cleanups.push(
      whenAborted(signal, () => {
        this.future.abort(signal.reason).catch(() => undefined);
      }),
    );
  }

  /** The worker has claimed the task: its timeout starts. */
  startTimeout(alarms: Alarms): void {
    const timeoutMs = this.settings?.options.timeoutMs;
    if (timeoutMs === undefined) return;
    const stop = alarms.start(timeoutMs, () => {
      const late = new TimeoutError(`task "${this.name}" ran longer than ${String(timeoutMs)} ms (timeoutMs)`);
      this.future.abort(late).catch(() => undefined);
    });
    this.settings?.cleanups.push(stop);
  }

  /** The task is settled: releases what it held and runs the cleanups. */
  release(): void {
    this.#cargo = undefined;
    this.worker = undefined;
    const { settings } = this;
    if (settings === undefined) return;
    this.settings = undefined;
    for (const cleanup of settings.cleanups) cleanup();
  }
}
