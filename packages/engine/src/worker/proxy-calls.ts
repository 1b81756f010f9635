/**
 * The worker's side of caller objects. It sends the calls of caller proxies, and passes them the answers. Calls are
 * posted in the order in which they are made, before the task's result. Calls beyond the limit wait here.
 */
import { InvalidStateError } from '@heddle/futures/errors';
import { reportError } from '@heddle/futures/worker';
import { encodeValue, loadClasses, type CallerObjectRecord } from '@heddle/serialization/worker';
import type { Endpoint } from '../protocol/channel.js';
import { readOutcome } from '../protocol/read-outcome.js';
import * as wire from '../protocol/wire.js';
import { whileImporting } from '../task/importing-task.js';
import type { RunningTask, TaskProxyCaller } from './running-task.js';

/** How many calls of one task may be unanswered at the same time. */
const mostUnanswered = 256;

/** The part of their worker that the calls use. */
export interface ProxyCallServices {
  readonly endpoint: Pick<Endpoint, 'destination'> & { post(message: wire.CallerObjectCallMessage, transfer?: readonly object[]): void };
  /** The task is suspended. If a call is named, it is suspended until that call is answered. */
  awaits(task: RunningTask, callId?: number): void;
  /** The answer that the task waited for has arrived. */
  resumes(task: RunningTask): void;
}

interface OpenCall {
  readonly proxyCalls: TaskProxyCalls;
  settle(hasFailed: boolean, value: unknown): void;
}

/** A promise that reports when code first waits for it. */
class Answer extends Promise<unknown> {
  onLook: (() => void) | undefined;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  override then<A = unknown, B = never>(
    onFulfilled?: ((value: unknown) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.onLook?.();
    this.onLook = undefined;
    return super.then(onFulfilled, onRejected);
  }
}

/** The unanswered calls of all tasks of a worker. */
export class ProxyCalls {
  readonly services: ProxyCallServices;
  readonly #open = new Map<number, OpenCall>();
  #nextId = 1;

  constructor(services: ProxyCallServices) {
    this.services = services;
  }

  /** Returns the calls of one task, which its caller proxies call through. */
  of(task: RunningTask): TaskProxyCaller {
    return (task.proxyCalls ??= new TaskProxyCalls(this, task));
  }

  add(call: OpenCall): number {
    const id = this.#nextId++;
    this.#open.set(id, call);
    return id;
  }

  forget(id: number): void {
    this.#open.delete(id);
  }

  /** The caller has answered. */
  answered(id: number, status: number, wireValue: unknown): void {
    const loading = (status & wire.encodedResult) === 0 ? undefined : loadClasses(wireValue);
    if (loading === undefined) this.#settle(id, status, wireValue);
    else
      void whileImporting(loading).then(() => {
        this.#settle(id, status, wireValue);
      });
  }

  #settle(id: number, status: number, wireValue: unknown): void {
    const call = this.#open.get(id);
    if (call === undefined) return; // the task has ended
    this.#open.delete(id);
    const { hasFailed, value } = readOutcome(status, wireValue);
    call.proxyCalls.answered(id);
    call.settle(hasFailed, value);
  }
}

/** The calls of one task. */
export class TaskProxyCalls implements TaskProxyCaller {
  readonly #calls: ProxyCalls;
  readonly #task: RunningTask;
  /** The unanswered calls, each with a function that ends it when the task ends. */
  readonly #unanswered = new Map<number, () => void>();
  readonly #waiting: (() => void)[] = [];
  #isEnded: boolean;

  constructor(calls: ProxyCalls, task: RunningTask) {
    this.#calls = calls;
    this.#task = task;
    this.#isEnded = task.isEnded;
  }

  call(object: CallerObjectRecord, args: readonly unknown[], root: string, standsStill: boolean): Promise<unknown> {
    if (this.#isEnded) throw this.#released(object);
    const { endpoint } = this.#calls.services;
    const isLate = this.#unanswered.size >= mostUnanswered;
    const { value, encoded, transfer } = encodeValue(args, root, !isLate, endpoint.destination);
    let settle: OpenCall['settle'] = () => undefined;
    const callId = this.#calls.add({
      proxyCalls: this,
      settle: (hasFailed, outcome) => {
        settle(hasFailed, outcome);
      },
    });
    const answer = standsStill
      ? this.#awaited(object, callId, (each) => {
          settle = each;
        })
      : this.#plain((each) => {
          settle = each;
        });
    const post = (): void => {
      this.#unanswered.set(
        callId,
        standsStill
          ? () => {
              settle(true, this.#released(object));
            }
          : () => undefined,
      );
      endpoint.post([wire.call, { ticket: this.#task.ticket, callId, link: object.id, args: value, encoded }], transfer);
    };
    if (isLate) this.#waiting.push(post);
    else post();
    return answer;
  }

  /** Suspends the task until a promise is settled. */
  readonly whileStanding = <T>(promise: PromiseLike<T>): Promise<T> => {
    const { services } = this.#calls;
    services.awaits(this.#task);
    const resume = (): void => {
      if (!this.#isEnded) services.resumes(this.#task);
    };
    promise.then(resume, resume);
    return Promise.resolve(promise);
  };

  answered(callId: number): void {
    this.#unanswered.delete(callId);
    this.#waiting.shift()?.();
  }

  /** The task has ended, and its result is about to be posted. The calls that wait are posted before it. */
  end(): void {
    this.#isEnded = true;
    for (const post of this.#waiting.splice(0)) post();
    for (const [callId, release] of this.#unanswered) {
      this.#calls.forget(callId);
      release();
    }
    this.#unanswered.clear();
  }

  #released({ kind, name }: CallerObjectRecord): InvalidStateError {
    const what = kind === 'callback' ? `callback${name === '' ? '' : ` "${name}"`}` : name;
    return new InvalidStateError(
      `the ${what} of task "${this.#task.name}" was released when the task ended; await what it calls before it returns`,
    );
  }

  #plain(give: (settle: OpenCall['settle']) => void): Promise<unknown> {
    const answer = new Promise((resolve, reject) => {
      give((hasFailed, value) => {
        (hasFailed ? reject : resolve)(value);
      });
    });
    answer.catch(() => undefined);
    return answer;
  }

  #awaited(object: CallerObjectRecord, callId: number, give: (settle: OpenCall['settle']) => void): Promise<unknown> {
    const { services } = this.#calls;
    let isLookedAt = false;
    let isSettled = false;
    const answer = new Answer((resolve, reject) => {
      give((hasFailed, value) => {
        isSettled = true;
        if (isLookedAt && !this.#isEnded) services.resumes(this.#task);
        if (!hasFailed) resolve(value);
        else {
          reject(value);
          if (!isLookedAt && object.kind === 'callback' && !this.#isEnded)
            setImmediate(() => {
              if (!isLookedAt) reportUnseen(object, value);
            });
        }
      });
    });
    answer.catch(() => undefined); // an error that the task ignores must not end its worker
    answer.onLook = () => {
      isLookedAt = true;
      if (!isSettled && !this.#isEnded) services.awaits(this.#task, callId);
    };
    return answer;
  }
}

function reportUnseen({ name }: CallerObjectRecord, error: unknown): void {
  reportError(
    `callback${name === '' ? '' : ` "${name}"`} threw in the caller, and the task did not look at it`,
    'HEDDLE_CALLBACK_THREW',
    error,
  );
}
