import {
  Executor,
  FutureController,
  type CallKind,
  type ExecutorStatistics,
  type Future,
  type Sliceable,
  type TaskRequest,
} from '@heddle/futures';
import { TaskTally } from '@heddle/futures/authors';
import { describeFunction } from '@heddle/serialization';
import type { Endpoint } from '../channel.js';
import { encodeItems, encodeTask } from '../encode-task.js';
import { readOutcome } from '../read-outcome.js';
import { addSubmitStack, type SubmitSite } from '../submit-site.js';
import * as wire from '../wire.js';
import type { RunningTask } from './running-task.js';

/** What awaiting a nested future does to the task that awaits it. */
export interface Suspender {
  awaits(task: RunningTask): void;
  resumes(task: RunningTask): void;
}

/** A task submitted from here; `parent` is the task that submitted it. */
class NestedController extends FutureController<unknown> {
  readonly id: number;
  readonly parent: RunningTask | undefined;
  readonly site: SubmitSite;
  readonly #owner: NestedExecutor;
  #awaited = false;

  constructor(owner: NestedExecutor, id: number, name: string, parent: RunningTask | undefined) {
    super(name);
    this.#owner = owner;
    this.id = id;
    this.parent = parent;
    this.site = { at: new Error(), time: 0, shared: false };
  }

  override onCancel(): boolean {
    this.settled();
    this.#owner.cancelled(this.id);
    return true;
  }

  override onLook(): void {
    if (this.parent === undefined || this.#awaited) return;
    this.#awaited = true;
    this.#owner.suspender.awaits(this.parent);
  }

  /** The outcome is here: the parent goes on. */
  settled(): void {
    if (this.parent === undefined || !this.#awaited) return;
    this.#awaited = false;
    this.#owner.suspender.resumes(this.parent);
  }
}

/**
 * `currentExecutor()` inside a worker: submits to the caller's executor. A nested future can be cancelled until its
 * outcome is here; its task is then withdrawn, or aborted, in the caller.
 */
export class NestedExecutor extends Executor {
  readonly parallelism = 2; // the caller's is not known here; for map, enough to keep chunks coming
  readonly suspender: Suspender;
  readonly #endpoint: Endpoint;
  readonly #currentTask: () => RunningTask | undefined;
  readonly #open = new Map<number, NestedController>();
  readonly #tally = new TaskTally();
  #nextId = 1;

  constructor(endpoint: Endpoint, currentTask: () => RunningTask | undefined, suspender: Suspender) {
    super();
    this.#endpoint = endpoint;
    this.#currentTask = currentTask;
    this.suspender = suspender;
  }

  override schedule({ kind, fn, args, options }: TaskRequest): Future<unknown> {
    const id = this.#nextId++;
    const name = options.name ?? (fn.name === '' ? 'anonymous' : fn.name);
    const controller = new NestedController(this, id, name, this.#currentTask());
    const { signal } = options;
    if (signal?.aborted === true) {
      controller.future.cancel(signal.reason);
      return controller.future;
    }
    try {
      const task = encodeTask(kind, args, () => true);
      const { timeoutMs, priority } = options;
      const message: wire.NestedTask = {
        id,
        fn: describeFunction(fn),
        kind,
        args: task.args,
        encoded: (task.flags & wire.encodedFlag) !== 0,
        options: { name, ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(priority === undefined ? {} : { priority }) },
      };
      this.#open.set(id, controller);
      this.#endpoint.post([wire.nestedSubmit, message], task.transfer);
    } catch (error) {
      this.#open.delete(id);
      controller.setException(error);
    }
    signal?.addEventListener('abort', () => { controller.future.cancel(signal.reason); }, { once: true });
    return controller.future;
  }

  override snapshot(items: readonly unknown[], _kind: CallKind): Sliceable {
    return encodeItems(items);
  }

  /** The workers are the caller's: only the caller can shut them down. */
  override shutdown(): Promise<void> {
    return Promise.reject(new TypeError("shutdown: a task can't shut down the executor that runs it; let the caller do it"));
  }

  override statistics(): ExecutorStatistics {
    const workers = { starting: 0, busy: 1, idle: 0, stopping: 0 };
    return this.#tally.snapshot({ state: 'open', workers, queued: this.#open.size, running: 0, suspended: 0 });
  }

  /** The user gave a nested task up. */
  cancelled(id: number): void {
    if (this.#open.delete(id)) this.#endpoint.post([wire.nestedCancel, id]);
  }

  /** The caller answered. */
  answered(id: number, status: number, value: unknown): void {
    const controller = this.#open.get(id);
    if (controller === undefined) return;
    this.#open.delete(id);
    controller.settled();
    const outcome = readOutcome(status & wire.encodedResult, value);
    if ((status & wire.failed) === 0) {
      this.#tally.finished += 1;
      controller.setResult(outcome);
    } else {
      this.#tally.failed += 1;
      addSubmitStack(outcome, controller.site);
      controller.setException(outcome);
    }
  }
}

