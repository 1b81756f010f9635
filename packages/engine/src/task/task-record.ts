import { FutureController, TimeoutError, type AbortError } from '@heddle/futures';
import { whenAborted, type SubmitSite } from '@heddle/futures/authors';
import type { FunctionEntry } from './function-table.js';
import type { TaskExtras } from './task-extras.js';
import { mostArguments, packedFlag, taskCode } from '../protocol/wire.js';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { WorkerPool } from '../pool/worker-pool.js';

/** Above the flags that travel: the one argument is held bare, since a list around it would be as large as a future. */
const bareFlag = 1 << 16;
const wireFlags = bareFlag - 1;
/** From this bit on: how often it was moved from one worker to another. */
const moveUnit = 1 << 17;
const mostMoves = 1000;

/**
 * One task in the caller: its future's controller and the engine's record in one object, since a million may wait.
 *
 * Where it is: in the queue (`worker` undefined), or in flight on `worker` under `word`.
 */
export class TaskRecord extends FutureController<unknown> {
  readonly pool: WorkerPool;
  readonly fn: FunctionEntry;
  /** Unknown for tasks that tasks submit: their worker adds the stack. */
  readonly site: SubmitSite | undefined;
  /** The arguments, or the only one, ready to be posted; given up when the task is settled. */
  #cargo: unknown;
  #flags: number;
  extras: TaskExtras | undefined;
  worker: WorkerHandle | undefined = undefined;
  /** Its claim word on `worker`; -1 before it was first sent. */
  word = -1;

  constructor(
    pool: WorkerPool,
    fn: FunctionEntry,
    args: readonly unknown[],
    flags: number,
    site: SubmitSite | undefined,
    extras: TaskExtras | undefined,
  ) {
    super(extras?.options.name ?? fn.name);
    this.pool = pool;
    this.fn = fn;
    const isBare = args.length === 1;
    this.#cargo = isBare ? args[0] : args;
    this.#flags = isBare ? flags | bareFlag : flags;
    this.site = site;
    this.extras = extras;
    if (extras !== undefined) this.#attach(extras);
  }

  /** The flags of wire.ts but for `extraFlag` and `packedFlag`. */
  get flags(): number {
    return this.#flags & wireFlags;
  }

  /** How often it was taken from a worker to be given to another. */
  get moves(): number {
    return Math.floor(this.#flags / moveUnit);
  }

  isMoved(): void {
    if (this.moves < mostMoves) this.#flags += moveUnit;
  }

  get args(): readonly unknown[] {
    return this.#isBare ? [this.#cargo] : (this.#cargo as readonly unknown[]);
  }

  /** As many as before: copies of them. */
  set args(args: readonly unknown[]) {
    this.#cargo = this.#isBare ? args[0] : args;
  }

  get #isBare(): boolean {
    return (this.#flags & bareFlag) !== 0;
  }

  /** Puts the task's code and arguments on a message. */
  appendTo(message: unknown[], flags: number): void {
    const { id } = this.fn;
    if (this.#isBare) {
      message.push(taskCode(id, flags, 1, this.word), this.#cargo);
      return;
    }
    const args = this.#cargo as readonly unknown[];
    if (args.length > mostArguments) {
      message.push(taskCode(id, flags | packedFlag, 1, this.word), args);
    } else {
      message.push(taskCode(id, flags, args.length, this.word));
      for (const arg of args) message.push(arg);
    }
  }

  get priority(): number {
    return this.extras?.options.priority ?? 0;
  }

  /** Whether its arguments are still here once they were sent: what was moved can't be sent again. */
  get canBeResent(): boolean {
    return this.extras?.transfer === undefined;
  }

  override get failureOwner(): object {
    return this.pool.tally;
  }

  override onCancel(): boolean {
    return this.pool.withdrawCancelled(this);
  }

  override onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    return this.pool.abort(this, reason, graceMs);
  }

  override onBlock(timeoutMs: number): void {
    this.pool.block(this, timeoutMs);
  }

  override refresh(): void {
    if (this.worker?.hasClaimed(this.word) === true) this.setRunningOrNotifyCancel();
  }

  /** It is about to fail, perhaps among many: who cancels it now, in a callback of another, comes too late. */
  doom(): void {
    if (this.future.state === 'pending') this.setRunningOrNotifyCancel();
  }

  /** The error an abort for `reason` ends in. */
  aborted(reason: unknown): AbortError | TimeoutError {
    return this.abortError(reason);
  }

  #attach(extras: TaskExtras): void {
    const { timeoutMs, signal } = extras.options;
    if (timeoutMs !== undefined)
      extras.onClaim = (): void => {
        this.#startClock(timeoutMs);
      };
    if (signal === undefined || signal.aborted) return;
    extras.cleanups.push(
      whenAborted(signal, () => {
        this.future.abort(signal.reason).catch(() => undefined);
      }),
    );
  }

  /** The worker has claimed the task: its time runs. */
  #startClock(timeoutMs: number): void {
    const stop = this.pool.alarms.start(timeoutMs, () => {
      const late = new TimeoutError(`task "${this.name}" ran longer than ${String(timeoutMs)} ms (timeoutMs)`);
      this.future.abort(late).catch(() => undefined);
    });
    this.extras?.cleanups.push(stop);
  }

  /** The task is settled: what it held is let go. */
  release(): void {
    this.#cargo = undefined;
    this.worker = undefined;
    const { extras } = this;
    if (extras === undefined) return;
    this.extras = undefined;
    for (const cleanup of extras.cleanups) cleanup();
  }
}
