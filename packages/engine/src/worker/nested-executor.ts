/**
 * `currentExecutor()` inside a worker. It submits to the caller's executor.
 *
 * Few tasks use it, and a worker should start fast. Its classes are therefore made when a task first asks for it, from
 * the base classes of the copy of `@heddle/futures` that asks. The code that describes functions is loaded at that
 * time, too.
 */
import type {
  AnyFunction,
  Backend,
  CallRequest,
  ChunkRequest,
  Executor,
  ExecutorStatistics,
  Future,
  Reservation,
  Sliceable,
  TaskRequest,
} from '@heddle/futures';
import { TaskTally, addSubmitStack, whenAborted, type ExecutorKit, type SubmitSite } from '@heddle/futures/worker';
import type { describeToEncode } from '@heddle/serialization';
import { explainRefusal, loadClasses, loadOwnFile, ownFile } from '@heddle/serialization/worker';
import type { Endpoint } from '../protocol/channel.js';
import { snapshotItems, encodeTask, type EncodedTask } from '../protocol/encode-task.js';
import { readOutcome } from '../protocol/read-outcome.js';
import * as wire from '../protocol/wire.js';
import { encodeBoundFunction, hasCaptures } from '../task/bound-function.js';
import { whileImporting } from '../task/importing-task.js';
import type { Awaited } from './blocking-task.js';
import type { RunningTask } from './running-task.js';

/** The part of its worker that the executor uses. */
export interface NestedServices {
  readonly endpoint: Endpoint;
  currentTask(): RunningTask | undefined;
  /** A task awaits a nested future. */
  awaits(task: RunningTask): void;
  /** The outcome that the task awaited has arrived. */
  resumes(task: RunningTask): void;
  /** A task blocks on a nested future. @throws DeadlockError, or the reason of an abort */
  block(awaited: Awaited, timeoutMs: number): void;
}

/** The executor, and the worker's access to it. */
export interface NestedExecutor {
  readonly executor: Executor;
  /** The caller has answered. */
  answered(id: number, status: number, value: unknown): void;
}

/**
 * Loads the code that describes functions and lets values hold them. It is a file beside the worker's
 * (tools/bundle.mjs). It loads synchronously, since a task that blocks cannot wait for an import.
 */
function loadDescribe(): typeof describeToEncode {
  const file = ownFile('heddle-describe.cjs', () => new URL('./heddle-describe.cjs', import.meta.url));
  return (loadOwnFile(file) as { describeToEncode: typeof describeToEncode }).describeToEncode;
}

/** A nested future can be cancelled until its outcome arrives. The caller then withdraws or aborts its task. */
export function createNestedExecutor(kit: ExecutorKit, services: NestedServices): NestedExecutor {
  const { endpoint } = services;
  const tally = new TaskTally();
  const describe = loadDescribe();
  let nextId = 1;

  /** A task that was submitted here; `parent` is the task that submitted it. */
  class NestedController extends kit.FutureController<unknown> {
    readonly id = nextId++;
    readonly parent = services.currentTask();
    readonly site: SubmitSite = { at: new Error(), time: 0, shared: false };
    /** Removes the listener on the task's signal. */
    forget: (() => void) | undefined;
    isLoading = false;
    #awaited = false;

    override onCancel(): boolean {
      this.settled();
      if (open.delete(this.id)) endpoint.post([wire.nestedCancel, this.id]);
      return true;
    }

    override onLook(): void {
      if (this.parent === undefined || this.#awaited) return;
      this.#awaited = true;
      services.awaits(this.parent);
    }

    override onBlock(timeoutMs: number): void {
      services.block(this, timeoutMs);
    }

    /** The outcome has arrived: the parent may continue. */
    settled(): void {
      this.forget?.();
      if (this.parent === undefined || !this.#awaited) return;
      this.#awaited = false;
      services.resumes(this.parent);
    }
  }

  const open = new Map<number, NestedController>();

  /** Extends no base class, since a worker does not load the classes that authors have for backends. */
  class CallersBackend implements Backend {
    readonly parallelism = 2; // the caller's parallelism is unknown here; for map, 2 is enough to keep chunks coming

    schedule(request: TaskRequest): Future<unknown> {
      const { fn, options } = request;
      const { signal } = options;
      const controller = new NestedController(options.name ?? (fn.name === '' ? 'anonymous' : fn.name));
      const { future } = controller;
      if (signal?.aborted === true) {
        future.cancel(signal.reason);
        return future;
      }
      open.set(controller.id, controller);
      if (request.kind === 'stream') {
        const what = "a task can't stream from the executor that runs it; let the caller do it, or submit the function and return an array";
        this.#refuse(controller, new TypeError(`stream: ${what}`));
      } else {
        const task = this.#encode(controller, request);
        if (task !== undefined) this.#post(controller, request, task);
      }
      if (signal !== undefined && !future.done()) this.#watch(controller, signal);
      return future;
    }

    #watch(controller: NestedController, signal: AbortSignal): void {
      controller.forget = whenAborted(signal, () => void controller.future.cancel(signal.reason));
    }

    snapshot(items: readonly unknown[]): Sliceable {
      return snapshotItems(items, endpoint.destination, false);
    }

    snapshotFunction(fn: AnyFunction): AnyFunction {
      return fn;
    }

    reserve(): Reservation {
      return { schedule: (request) => this.schedule(request), close: () => undefined };
    }

    whenRoom(): undefined {
      return undefined;
    }

    /** The workers are the caller's, so only the caller can shut them down. */
    shutdown(): Promise<void> {
      return Promise.reject(new TypeError("shutdown: a task can't shut down the executor that runs it; let the caller do it"));
    }

    statistics(): ExecutorStatistics {
      const workers = { starting: 0, busy: 1, idle: 0, stopping: 0 };
      return tally.snapshot({ state: 'open', workers, queued: open.size, running: 0, suspended: 0 });
    }

    #encode(controller: NestedController, request: CallRequest | ChunkRequest): EncodedTask | undefined {
      try {
        return encodeTask(request, () => true, endpoint.destination, false);
      } catch (error) {
        this.#refuse(controller, error);
        return undefined;
      }
    }

    #post(controller: NestedController, request: CallRequest | ChunkRequest, task: EncodedTask): void {
      const { fn, options } = request;
      const { timeoutMs, priority } = options;
      try {
        const descriptor = describe(fn);
        const message: wire.NestedTask = {
          id: controller.id,
          fn: descriptor,
          boundFunction: hasCaptures(descriptor) ? encodeBoundFunction(fn, descriptor, endpoint.destination) : undefined,
          kind: request.kind === 'chunk' && request.spread ? 'starchunk' : request.kind,
          args: task.args,
          encoded: (task.flags & wire.encodedFlag) !== 0,
          options: {
            name: controller.name,
            ...(timeoutMs === undefined ? {} : { timeoutMs }),
            ...(priority === undefined ? {} : { priority }),
          },
        };
        endpoint.post([wire.nestedSubmit, message], task.transfer);
      } catch (error) {
        const [given, what] = request.kind === 'call' ? ([request.args, 'args'] as const) : ([request.items, 'items'] as const);
        this.#refuse(controller, explainRefusal(given, what, error, endpoint.destination));
      }
    }

    #refuse(controller: NestedController, error: unknown): void {
      open.delete(controller.id);
      controller.settled();
      tally.refused += 1;
      controller.setException(error);
    }
  }

  const answered = (id: number, status: number, value: unknown): void => {
    const loading = (status & wire.encodedResult) === 0 ? undefined : loadClasses(value);
    if (loading === undefined) settle(id, status, value);
    else {
      const controller = open.get(id);
      if (controller !== undefined) controller.isLoading = true;
      void whileImporting(loading).then(() => {
        settle(id, status, value);
      });
    }
  };

  const settle = (id: number, status: number, wireValue: unknown): void => {
    const controller = open.get(id);
    if (controller === undefined) return;
    open.delete(id);
    controller.settled();
    const { hasFailed, value } = readOutcome(status, wireValue);
    if (!hasFailed) {
      tally.finished += 1;
      controller.setResult(value);
    } else {
      tally.failed += 1;
      addSubmitStack(value, controller.site);
      controller.setException(value);
    }
  };

  return { executor: new kit.Executor(new CallersBackend()), answered };
}
