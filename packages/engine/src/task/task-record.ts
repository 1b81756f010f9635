import { FutureController, TimeoutError, type AbortError } from '@heddle/futures';
import { whenAborted, type SubmitSite } from '@heddle/futures/authors';
import type { OutgoingTask } from '../protocol/batch-writer.js';
import type { Alarms } from '../waiting/alarms.js';
import type { FunctionEntry } from './function-table.js';
import type { TaskSettings } from './task-settings.js';

/** Above the flags that travel: the one argument is held bare, since a list around it would be as large as a future. */
const bareFlag = 1 << 16;
const wireFlags = bareFlag - 1;
/** The arguments are the user's own objects: they have to be posted before `submit` returns. */
const liveFlag = 1 << 17;
/** From this bit on: how often the task was moved from one worker to another. */
const moveUnit = 1 << 18;
const mostMoves = 1000;

/** What a task needs to know of the worker it is on. */
export interface TaskWorker {
  hasClaimed(ticket: number): boolean;
}

/** What a task asks of the pool it belongs to. */
export interface TaskOwner<W extends TaskWorker> {
  /** Failures of tasks are told once their owner is done, or gone. */
  readonly failureOwner: object;
  /** Takes a task back that the user cancels. @returns false when a worker has claimed it */
  withdraw(record: TaskRecord<W>): boolean;
  /** Stops a task that a worker has claimed. @returns whether it was stopped, rather than ended with an outcome of its own */
  abort(record: TaskRecord<W>, reason: unknown, graceMs: number): Promise<boolean>;
  /** Blocks this thread until a task is settled. @throws DeadlockError */
  block(record: TaskRecord<W>, timeoutMs: number): void;
}

/**
 * One task in the caller: its future's controller and the engine's record in one object, since a million may wait.
 *
 * Where it is: in the queue (`worker` undefined), or in flight on `worker` under `ticket`.
 */
export class TaskRecord<W extends TaskWorker> extends FutureController<unknown> implements OutgoingTask {
  readonly #owner: TaskOwner<W>;
  readonly fn: FunctionEntry;
  /** Unknown for tasks that tasks submit: their worker adds the stack. */
  readonly site: SubmitSite | undefined;
  /** The arguments, or the only one, ready to be posted; given up when the task is settled. */
  #cargo: unknown;
  #flags: number;
  settings: TaskSettings | undefined;
  worker: W | undefined = undefined;
  /** Names it on `worker` while it is in flight there; -1 before it was first sent. */
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

  /** The flags of wire.ts but for `headerFlag` and `packedFlag`. */
  get flags(): number {
    return this.#flags & wireFlags;
  }

  /** How often it was taken from a worker to be given to another. */
  get moves(): number {
    return Math.floor(this.#flags / moveUnit);
  }

  /** It is taken from a worker to be given to another. */
  countMove(): void {
    if (this.moves < mostMoves) this.#flags += moveUnit;
  }

  /** Whether its arguments are the user's own objects, to be posted before `submit` returns. */
  get isLive(): boolean {
    return (this.#flags & liveFlag) !== 0;
  }

  get args(): readonly unknown[] {
    return this.isBare ? [this.#cargo] : (this.#cargo as readonly unknown[]);
  }

  /** The arguments are copied after all: `args` are as many as before. */
  replaceLive(args: readonly unknown[]): void {
    this.#cargo = this.isBare ? args[0] : args;
    this.#flags &= ~liveFlag;
  }

  /** Whether `cargo` is the only argument, rather than the list of them. */
  get isBare(): boolean {
    return (this.#flags & bareFlag) !== 0;
  }

  get cargo(): unknown {
    return this.#cargo;
  }

  get priority(): number {
    return this.settings?.options.priority ?? 0;
  }

  /** Whether its arguments are still here once they were sent: what was moved can't be sent again. */
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

  /** It is about to be settled, perhaps among many: a callback of another that cancels it now comes too late. */
  sealAgainstCancel(): void {
    if (this.future.state === 'pending') this.setRunningOrNotifyCancel();
  }

  /** The error an abort for `reason` ends in. */
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

  /** The worker has claimed the task: its time runs. */
  startTimeout(alarms: Alarms): void {
    const timeoutMs = this.settings?.options.timeoutMs;
    if (timeoutMs === undefined) return;
    const stop = alarms.start(timeoutMs, () => {
      const late = new TimeoutError(`task "${this.name}" ran longer than ${String(timeoutMs)} ms (timeoutMs)`);
      this.future.abort(late).catch(() => undefined);
    });
    this.settings?.cleanups.push(stop);
  }

  /** The task is settled: what it held is let go. */
  release(): void {
    this.#cargo = undefined;
    this.worker = undefined;
    const { settings } = this;
    if (settings === undefined) return;
    this.settings = undefined;
    for (const cleanup of settings.cleanups) cleanup();
  }
}
