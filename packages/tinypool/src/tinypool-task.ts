/**
 * A task of the executor: its future, and its way to a worker.
 *
 *   queued ──handOver──▶ handed (Tinypool's own queue) ──begins──▶ begun ──outcome, death, abort──▶ settled
 *     └──────────── cancel ──────────┘                        └─ abort, timeoutMs
 *
 * Invariants
 * - A task that is cancelled is not run: Tinypool reads the payload when it posts it, and a withdrawn one is empty.
 * - Each begun task is settled: by its outcome, by the end of its worker, or by the failure of `pool.run`.
 */
import { answerCall, type CallerObjectServer, type EncodedRequest, type FunctionEntry, type Outcome } from '@heddle/engine';
import { FutureController, TimeoutError, type TaskOptions, type TaskRequest } from '@heddle/futures';
import { bindContext, reportError, startTimer, watch, type SubmitSite } from '@heddle/futures/authors';
import { decodeValue, encodeValue, inThisRealm, type Destination } from '@heddle/serialization';
import { KillSwitch } from './kill-switch.js';
import { openLink, workerOf, type TaskLink } from './task-link.js';
import type { FromTask } from './task-message.js';
import type { TinypoolLike, TinypoolWorkerLike } from './tinypool-like.js';

/** What a task tells its backend. */
export interface TinypoolTaskOwner {
  readonly failures: object;
  readonly destination: Destination;
  /** The task was cancelled before it began. */
  cancelled(task: TinypoolTask): void;
  /** The task begins: its worker is known once Tinypool has posted it. */
  begun(task: TinypoolTask): void;
  /** The outcome has arrived. */
  answered(task: TinypoolTask, status: number, value: unknown, elapsedMs: number): void;
  /** Ends the task's worker. @returns a promise that resolves when the worker has ended */
  kill(task: TinypoolTask): Promise<void>;
  /** Settles the task with an error. */
  fail(task: TinypoolTask, error: unknown): void;
}

export class TinypoolTask extends FutureController<unknown> {
  readonly kind: TaskRequest['kind'];
  readonly priority: number;
  readonly entry: FunctionEntry;
  readonly site: SubmitSite;
  readonly acceptedAt: number = performance.now();
  state: 'queued' | 'handed' | 'begun' | 'answered' | 'settled' = 'queued';
  /** The uncaught exception that ends the task's worker, as far as it is known. */
  crash: unknown;
  /** Whether its worker is being ended because of it. */
  isKilled = false;
  readonly #owner: TinypoolTaskOwner;
  /** What travels. A settled task has it no more, since its worker keeps the link, and with it the task, until its next one. */
  #encoded: EncodedRequest | undefined;
  readonly #attempt: number;
  readonly #timeoutMs: number | undefined;
  readonly #killSwitch = new KillSwitch();
  #onProgress: TaskOptions['onProgress'];
  #link: TaskLink | undefined;
  #isWatching = false;
  #aborting: { readonly reason: unknown; wasStopped: boolean } | undefined;

  constructor(owner: TinypoolTaskOwner, request: TaskRequest, entry: FunctionEntry, encoded: EncodedRequest, site: SubmitSite) {
    super(request.options.name ?? entry.name);
    this.#owner = owner;
    this.kind = request.kind;
    this.priority = request.options.priority ?? 0;
    this.#attempt = request.attempt ?? 1;
    this.#timeoutMs = request.options.timeoutMs;
    this.entry = entry;
    this.#encoded = encoded;
    this.site = site;
    const { onProgress } = request.options;
    this.#onProgress = onProgress === undefined ? undefined : bindContext(onProgress);
  }

  override get failureOwner(): object {
    return this.#owner.failures;
  }

  /** Gives the task to Tinypool. @returns the promise of `pool.run`, which settles when the worker is free again */
  handOver(pool: TinypoolLike, filename: string): Promise<unknown> {
    const { args, flags, transfer } = this.#encoded as EncodedRequest;
    const message = { descriptor: this.entry.descriptor, flags, args, name: this.name, attempt: this.#attempt };
    const link = openLink(this.#owner.destination, message, transfer, {
      begins: () => {
        this.#begin();
      },
      message: (each) => {
        this.#onMessage(each);
      },
    });
    this.#link = link;
    this.state = 'handed';
    const { payload, transferList, channel } = link;
    // Tinypool may throw when it starts a worker.
    return new Promise((resolve) => {
      resolve(pool.run(payload, { filename, name: 'run', transferList, channel, signal: this.#killSwitch }));
    });
  }

  /** The worker that runs the task, as far as Tinypool still has it. */
  workerIn(pool: TinypoolLike): TinypoolWorkerLike | undefined {
    return this.#link === undefined ? undefined : workerOf(pool, this.#link.channel);
  }

  isOn(worker: TinypoolWorkerLike): boolean {
    return this.#link !== undefined && (worker as { channel?: unknown }).channel === this.#link.channel;
  }

  /** Makes Tinypool take the task out of its queue or, if the task has begun, end its worker. */
  removeFromPool(): void {
    if (this.#link !== undefined && this.state !== 'begun') this.#link.payload.task = undefined;
    this.#killSwitch.turn();
  }

  /** Delivers messages that have arrived and were not delivered yet. @returns a promise where only the event loop can do so */
  receive(): Promise<void> | undefined {
    return this.state === 'begun' ? this.#link?.receive() : undefined;
  }

  /** The task needs its link no more. */
  release(): void {
    this.state = 'settled';
    this.#encoded?.server?.close();
    this.#encoded = undefined;
    this.#onProgress = undefined;
    if (this.#link === undefined) return;
    this.#link.payload.task = undefined;
    this.#link.close();
  }

  /** The error of the outcome, if the task ended because of an abort. */
  readOutcome({ hasFailed, value }: Outcome): Outcome {
    if (!hasFailed || this.#aborting === undefined) return { hasFailed, value };
    return { hasFailed, value: this.stopped() };
  }

  /** Notes that an abort has ended the task. @returns the error of its future */
  stopped(): unknown {
    if (this.#aborting !== undefined) this.#aborting.wasStopped = true;
    return this.abortError(this.#aborting?.reason);
  }

  override onCancel(): boolean {
    if (this.state !== 'queued' && this.state !== 'handed') return false;
    this.#owner.cancelled(this);
    return true;
  }

  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    const aborting = (this.#aborting ??= { reason, wasStopped: false });
    await this.receive();
    if (this.state === 'answered') await this.#whenSettled(Infinity);
    else if (this.state === 'begun' && (this.#isWatching || graceMs === Infinity)) {
      this.#tellAbort(reason);
      await this.#whenSettled(graceMs);
    }
    if (this.state === 'begun') await this.#owner.kill(this);
    return aborting.wasStopped;
  }

  #begin(): void {
    if (this.state !== 'handed') return;
    this.state = 'begun';
    this.setRunningOrNotifyCancel();
    this.#owner.begun(this);
    const timeoutMs = this.#timeoutMs;
    if (timeoutMs === undefined || timeoutMs === Infinity) return;
    const stop = startTimer(timeoutMs, () => {
      void this.future.abort(new TimeoutError(`task "${this.name}" ran longer than ${String(timeoutMs)} ms (timeoutMs)`));
    });
    watch(this.future, stop);
  }

  #onMessage(message: FromTask): void {
    if (this.state !== 'begun') return;
    switch (message[0]) {
      case 'outcome':
        this.state = 'answered';
        this.#owner.answered(this, message[1], message[2], message[3]);
        return;
      case 'watching':
        this.#isWatching = true;
        return;
      case 'crashed':
        this.crash = decodeValue(message[1], 'code');
        return;
      case 'progress':
        this.#report(message[1], message[2]);
        return;
      case 'call':
        this.#answer(this.#encoded?.server, message);
        return;
    }
  }

  #answer(server: CallerObjectServer | undefined, [, call]: Extract<FromTask, readonly ['call', unknown]>): void {
    if (server === undefined) return;
    answerCall(server, call, this.#owner.destination, ([, callId, status, value], transfer) => {
      if (this.state === 'begun') this.#link?.post(['reply', callId, status, value], transfer);
    });
  }

  #report(value: unknown, encoded: boolean): void {
    try {
      const progress = encoded ? decodeValue(value, 'code') : inThisRealm(value);
      this.#onProgress?.(progress);
    } catch (error) {
      reportError(`onProgress of task "${this.name}" threw`, 'HEDDLE_CALLBACK_THREW', error);
    }
  }

  #tellAbort(reason: unknown): void {
    const { destination } = this.#owner;
    try {
      const { value, encoded } = encodeValue(reason, 'reason', false, destination);
      this.#link?.post(['abort', value, encoded]);
    } catch (problem) {
      const { value, encoded } = encodeValue(problem, 'reason', false, destination); // it says why the reason can't travel
      this.#link?.post(['abort', value, encoded]);
    }
  }

  async #whenSettled(limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = startTimer(limitMs, resolve);
      watch(this.future, () => {
        stop();
        resolve();
      });
    });
  }
}
