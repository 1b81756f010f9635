/**
 * Future and FutureController: the two ends of a task's result.
 *
 *   executor ──holds──▶ FutureController ──settles──▶ Future ◀──awaits── user
 *                              ▲                         │
 *                              └── cancel, abort, state ─┘   (until it is settled)
 *
 * Invariants
 * - A future settles once: 'pending' → 'running' → 'finished', or 'pending' → 'cancelled'. Never back. A coroutine, which can
 *   be cancelled while it runs, also goes 'running' → 'cancelled', when it has given way.
 * - Once settled it has let go of its controller, and with it of the function and the arguments.
 * - A failure never becomes an unhandled rejection; one that nobody ever looked at is reported: see failure-notes.ts.
 *
 * Future is a Promise whose `constructor` is an accessor that answers Promise: `await` and Promise.all then take the
 * engine's native path, and the accessor still tells us that somebody looked (docs/decisions/0002).
 */
import { bindContext } from '#platform';
import { CancelledError, TimeoutError, isHeddleError } from '../errors/errors.js';
import { durationMs, show } from '../helpers/options.js';
import { reportError } from '../helpers/report.js';
import { startTimer } from '../helpers/timers.js';
import { isBlocked } from './blocked-thread.js';
import { noteFailure, noteLook, type FailureNote } from './failure-notes.js';

/** Where a future stands. `done()` means cancelled or finished. */
export type FutureState = 'pending' | 'running' | 'cancelled' | 'finished';

/** Options of {@link Future.abort}. */
export interface AbortOptions {
  /**
   * How long a task that watches its signal may take to end by itself, in milliseconds; then its worker is stopped. With
   * `Infinity` no worker is stopped, not even that of a task which never looked at its signal: the task is told, and that is all.
   * @defaultValue 1000
   */
  graceMs?: number;
}

type Callback<T> = (future: Future<T>) => void;

// Promise hands its resolving functions to an executor function; one shared function saves a closure a future. Only
// `resolve` is kept (resolving with a rejected promise rejects): what a million pending futures hold must be collected.
let lastResolve: (value: never) => void;
const captureResolve = (resolve: (value: never) => void): void => {
  lastResolve = resolve;
};

/** What a copy can do with its own futures: see the functions of these names in other-copies.ts. */
export interface FutureFunctions {
  watch<T>(future: Future<T>, callback: (future: Future<T>) => void): void;
  unwatch<T>(future: Future<T>, callback: (future: Future<T>) => void): void;
  awaitDone<T>(future: Future<T>): void;
  blockOn<T>(future: Future<T>, timeoutMs: number): void;
  outcomeOf<T>(future: Future<T>): { failed: boolean; value: unknown };
}

/** The same in all copies. The number changes when what is behind it does. */
export const functionsKey: unique symbol = Symbol.for('heddle.future.1') as never;

/** What a future asks of its other end: see the members of FutureController, which are these. */
export interface FutureSource {
  readonly name: string;
  readonly failureOwner: object | undefined;
  refresh(): void;
  onLook(): void;
  onBlock(timeoutMs: number): void;
  onCancel(reason: unknown): boolean;
  onCancelRunning(reason: unknown): boolean;
  onAbort(reason: unknown, graceMs: number): Promise<boolean>;
}

// The controller's way into a future's private fields, set in Future's static block.
let settle: <T>(future: Future<T>, state: 'cancelled' | 'finished', failed: boolean, outcome: unknown) => void;
let setRunning: <T>(future: Future<T>) => void;
let storedState: <T>(future: Future<T>) => FutureState;
let functions: FutureFunctions;

const ignore = (): void => undefined;

// #bits: the state in the low two bits, and two flags. A future is small: a million of them may be pending.
const states: readonly FutureState[] = ['pending', 'running', 'cancelled', 'finished'];
const stateMask = 3;
const runningState = 1;
const cancelledState = 2;
const finishedState = 3;
const failedFlag = 4;
const lookedFlag = 8;

/**
 * The result, to come, of a task that an executor runs. Executors make futures; see FutureController.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor } from '@heddle/threads';
 *
 * await using pool = new ThreadPoolExecutor();
 * const future = pool.submit((n: number) => n * 2, 21);
 * console.log(future.done()); // false
 * console.log(await future); // 42
 * ```
 */
export class Future<T> extends Promise<T> {
  #bits = 0;
  /** Until it is done. */
  #controller: FutureSource | undefined;
  // Until it is done: the callbacks, to run once and in order; one is stored bare since most futures have at most one.
  // Once failed, until somebody looks: what is to be told.
  #callbacksOrNote: Callback<T> | Callback<T>[] | FailureNote | undefined = undefined;
  /** Promise's resolve function; the outcome once settled. */
  #resolveOrOutcome: unknown;

  /** Only for FutureController. */
  constructor(controller: FutureSource) {
    if (typeof (controller as Partial<FutureSource> | undefined)?.onCancel !== 'function') {
      throw new TypeError('a Future is made by an executor, or by new FutureController() (for executor authors)');
    }
    super(captureResolve);
    this.#controller = controller;
    this.#resolveOrOutcome = lastResolve;
    lastResolve = ignore; // it would keep this future until the next one is made
  }

  static {
    void Object.defineProperty(Future.prototype, 'constructor', {
      configurable: true,
      get(this: Future<unknown>): PromiseConstructor {
        if (this !== Future.prototype) this.#look();
        return Promise;
      },
    });

    void Object.defineProperty(Future.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      configurable: true,
      value(this: Future<unknown>): string {
        return this.toString();
      },
    });

    settle = <T>(future: Future<T>, state: 'cancelled' | 'finished', failed: boolean, outcome: unknown) => {
      const controller = future.#controller;
      const callbacks = future.#callbacksOrNote as Callback<T> | Callback<T>[] | undefined;
      const resolve = future.#resolveOrOutcome as (value: unknown) => void;
      future.#bits = (future.#bits & lookedFlag) | (state === 'finished' ? finishedState : cancelledState) | (failed ? failedFlag : 0);
      future.#controller = undefined;
      future.#callbacksOrNote = undefined;
      future.#resolveOrOutcome = outcome;
      if (failed) {
        future.#keepHandled();
        // Whoever aborts a task knows that it has failed; so has a cancelled one no failure to tell.
        if (state === 'finished' && (future.#bits & lookedFlag) === 0 && !isHeddleError(outcome, 'HEDDLE_ABORTED')) {
          future.#callbacksOrNote = noteFailure(future, controller?.name ?? '', outcome, controller?.failureOwner);
        }
        resolve(Promise.reject(outcome));
      } else {
        resolve(outcome);
      }
      if (callbacks === undefined) return;
      if (typeof callbacks === 'function') runCallback(callbacks, future);
      else for (const callback of callbacks) runCallback(callback, future);
    };

    setRunning = (future) => {
      future.#bits = (future.#bits & ~stateMask) | runningState;
    };
    storedState = (future) => states[future.#bits & stateMask] ?? 'pending';
    functions = {
      awaitDone: (future) => {
        future.#controller?.onLook();
      },
      blockOn: (future, timeoutMs) => {
        if (!future.done()) future.#controller?.onBlock(timeoutMs);
      },
      outcomeOf: (future) => ({ failed: (future.#bits & failedFlag) !== 0, value: future.#resolveOrOutcome }),
      watch: (future, callback) => {
        const callbacks = future.#callbacksOrNote;
        if (future.done()) runCallback(callback, future);
        else if (Array.isArray(callbacks)) callbacks.push(callback);
        else if (typeof callbacks === 'function') future.#callbacksOrNote = [callbacks, callback];
        else future.#callbacksOrNote = callback;
      },
      unwatch: (future, callback) => {
        const callbacks = future.#callbacksOrNote;
        if (callbacks === callback) future.#callbacksOrNote = undefined;
        else if (Array.isArray(callbacks)) future.#callbacksOrNote = callbacks.filter((each) => each !== callback);
      },
    };
    void Object.defineProperty(Future.prototype, functionsKey, { value: functions });
  }

  /** Derived promises are plain ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  override get [Symbol.toStringTag](): string {
    return 'Future';
  }

  /** The task's name; empty once settled. */
  get name(): string {
    return this.#controller?.name ?? '';
  }

  /** Where the future stands. Exact at the moment of the call, also for tasks that workers claim by themselves. */
  get state(): FutureState {
    if ((this.#bits & stateMask) === 0) this.#controller?.refresh();
    return storedState(this);
  }

  /**
   * Whether it was cancelled: before it ran, or (a coroutine) while it ran.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const future = pool.submit((n: number) => n * 2, 21);
   * console.log(future.cancel(), future.cancelled()); // true true, unless a worker has begun it
   * ```
   */
  cancelled(): boolean {
    return (this.#bits & stateMask) === cancelledState;
  }

  /**
   * Whether a worker runs it now.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const future = pool.submit((n: number) => n * 2, 21);
   * console.log(future.running()); // whether a worker has begun it and not ended
   * ```
   */
  running(): boolean {
    return this.state === 'running';
  }

  /**
   * Whether it is cancelled or finished.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const future = pool.submit((n: number) => n * 2, 21);
   * await future;
   * console.log(future.done()); // true
   * ```
   */
  done(): boolean {
    return (this.#bits & stateMask) >= cancelledState;
  }

  /**
   * Cancels the task unless it has begun. The future is then done at once and rejects with CancelledError
   * (CPython's `Future.cancel`, without its un-notified limbo).
   *
   * @param reason - becomes the error's `cause`
   * @returns true when it was pending or already cancelled; false when it runs (see {@link Future.abort}) or is finished
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const future = pool.submit((n: number) => n * 2, 21);
   * console.log(future.cancel('changed my mind')); // true; false when a worker has begun it
   * ```
   */
  cancel(reason?: unknown): boolean {
    if (this.cancelled()) return true;
    const controller = this.#controller;
    if (controller === undefined) return false;
    const { state } = this;
    if (state === 'running') return controller.onCancelRunning(reason);
    if (state !== 'pending' || !controller.onCancel(reason)) return false;
    const { name } = controller;
    const options = reason === undefined ? undefined : { cause: reason };
    settle(this, 'cancelled', true, new CancelledError(`task "${name}" was cancelled before it ran`, options));
    return true;
  }

  /**
   * Stops the task, also while it runs: its `signal` aborts, and when it has not ended after `graceMs` its worker is
   * stopped and replaced. The future then rejects with AbortError (a pending one with CancelledError).
   *
   * @param reason - what `signal.reason` says in the task, and the error's `cause`
   * @returns true when the task was stopped; false when it had ended, or ended with its own outcome meanwhile
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const endless = pool.submit(() => { for (;;); });
   * console.log(await endless.abort('it takes too long', { graceMs: 100 })); // true
   * ```
   */
  async abort(reason?: unknown, options?: AbortOptions): Promise<boolean> {
    const graceMs = options?.graceMs ?? 1000;
    durationMs(graceMs, 'abort: graceMs');
    if (this.cancelled() || (this.state === 'pending' && this.cancel(reason))) return true;
    if (this.done()) return this.#failed && isHeddleError(this.#resolveOrOutcome, 'HEDDLE_ABORTED');
    return (await this.#controller?.onAbort(reason, graceMs)) ?? false;
  }

  /**
   * The task's value.
   *
   * @param timeoutMs - milliseconds to wait; 0 asks only whether it is there. The task goes on when the time is up.
   * @defaultValue no limit
   * @returns rejects with the task's own error, CancelledError (`HEDDLE_CANCELLED`) or TimeoutError (`HEDDLE_TIMEOUT`)
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const future = pool.submit((n: number) => n * 2, 21);
   * console.log(await future.result(10_000)); // 42; TimeoutError after 10 s
   * ```
   */
  result(timeoutMs?: number): Promise<T> {
    return timeoutMs === undefined ? this.then() : this.#within(timeoutMs).then(() => this);
  }

  /**
   * The task's value, here and now: the thread stands still until it is there, as in CPython's `Future.result`. For code that
   * has to be synchronous (a plugin's hook, a linter's rule); everybody else awaits the future, which costs no standstill.
   *
   * While it stands still nothing else runs on this thread: no timers, no I/O, no promise reactions, and no done callbacks, of
   * this future or others; they have their turn when the thread goes on. A signal can't abort the task meanwhile; its own
   * `timeoutMs` does end it. Other tasks of the executor go on, and so do the workers' starts and ends.
   *
   * @param timeoutMs - milliseconds to wait; 0 takes only what is there already. The task goes on when the time is up
   * @defaultValue no limit
   * @throws the task's own error, CancelledError (`HEDDLE_CANCELLED`), TimeoutError (`HEDDLE_TIMEOUT`)
   * @throws DeadlockError (`HEDDLE_DEADLOCK`) at once when the wait could never end: only this thread could settle the future, or
   *   no worker is left to run the task. CPython waits for ever
   * @throws TypeError, RangeError when `timeoutMs` is no duration
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
   * // An async function, called where only a value will do.
   * const hash = async (text: string): Promise<string> => {
   *   const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
   *   return Buffer.from(digest).toString('hex');
   * };
   * export const hashSync = (text: string): string => pool.submit(hash, text).resultSync();
   * ```
   */
  resultSync(timeoutMs?: number): T {
    if (timeoutMs !== undefined) durationMs(timeoutMs, 'resultSync: timeoutMs');
    if (!this.done()) this.#controller?.onBlock(timeoutMs ?? Infinity);
    if (!this.#isDoneNow()) throw this.#late(timeoutMs ?? Infinity);
    this.#look();
    if (this.#failed) throw this.#resolveOrOutcome;
    return this.#resolveOrOutcome as T;
  }

  /**
   * The task's error; `undefined` when it succeeded.
   *
   * @param timeoutMs - as in {@link Future.result}
   * @returns rejects with CancelledError or TimeoutError only
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const failing = pool.submit(() => { throw new RangeError('no'); });
   * console.log(String(await failing.exception())); // RangeError: no
   * ```
   */
  exception(timeoutMs?: number): Promise<unknown> {
    return this.result(timeoutMs).then(ignore, (error: unknown) => {
      if (storedState(this) !== 'finished') throw error;
      return this.#failed ? this.#resolveOrOutcome : undefined;
    });
  }

  /**
   * Calls back when the future is done: in the order of adding, in the async context of this call, at once when it is
   * done already. What a callback throws is reported (`HEDDLE_CALLBACK_THREW`), not propagated. A thread that stands still
   * ({@link Future.resultSync}) calls back when it goes on.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const future = pool.submit((n: number) => n * 2, 21);
   * future.addDoneCallback((done) => { console.log(done.state); }); // finished
   * ```
   */
  addDoneCallback(callback: (future: Future<T>) => void): void {
    if (typeof callback !== 'function') throw new TypeError(`addDoneCallback: callback must be a function, got ${show(callback)}`);
    this.#look();
    if (this.done()) {
      functions.watch(this, callback);
      return;
    }
    const bound = bindContext(callback);
    functions.watch(this, () => {
      if (isBlocked())
        queueMicrotask(() => {
          runCallback(bound, this);
        });
      else bound(this);
    });
  }

  /**
   * As `Promise.then`: the future is a promise of the task's result.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const future = pool.submit((n: number) => n * 2, 21);
   * const text = await future.then((n) => `it is ${n}`, (error: unknown) => `failed: ${String(error)}`);
   * console.log(text); // it is 42
   * ```
   */
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#look(); // kept on the subclass, so that every derived promise counts as a look
    return super.then(onFulfilled, onRejected);
  }

  /**
   * In the manner of CPython's repr; `console.log(future)` shows it too.
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from '@heddle/threads';
   *
   * await using pool = new ThreadPoolExecutor();
   * const future = pool.submit((n: number) => n * 2, 21);
   * console.log(String(future)); // its state, and the name of its task
   * ```
   */
  override toString(): string {
    const { state } = this;
    const name = this.name === '' ? '' : ` "${this.name}"`;
    if (state !== 'finished') return `<Future${name} ${state}>`;
    return `<Future finished ${this.#failed ? 'raised' : 'returned'} ${typeName(this.#resolveOrOutcome)}>`;
  }

  /** Asked again after anything may have happened. */
  #isDoneNow(): boolean {
    return this.done();
  }

  #late(timeoutMs: number): TimeoutError {
    return new TimeoutError(`task "${this.name}" was not done after ${String(timeoutMs)} ms; it goes on`);
  }

  get #failed(): boolean {
    return (this.#bits & failedFlag) !== 0;
  }

  #look(): void {
    if (this.#controller !== undefined) this.#controller.onLook();
    if ((this.#bits & lookedFlag) !== 0) return;
    this.#bits |= lookedFlag;
    if (this.#controller !== undefined) return;
    noteLook(this.#callbacksOrNote as FailureNote | undefined);
    this.#callbacksOrNote = undefined;
  }

  /** Marks the rejection as handled for the host; paid for failures only, and no look of the user's. */
  #keepHandled(): void {
    const bits = this.#bits;
    this.#bits |= lookedFlag;
    super.then(undefined, ignore);
    this.#bits = bits;
  }

  /** Resolves when the future is done, rejects with TimeoutError when that takes longer. */
  #within(timeoutMs: number): Promise<void> {
    durationMs(timeoutMs, 'timeoutMs');
    this.#look();
    return new Promise<void>((resolve, reject) => {
      const late = (): void => {
        functions.unwatch(this, done);
        reject(this.#late(timeoutMs));
      };
      const done = (): void => {
        stop();
        resolve();
      };
      let stop = ignore;
      if (this.done()) resolve();
      else if (timeoutMs === 0) late();
      else {
        stop = startTimer(timeoutMs, late);
        functions.watch(this, done);
      }
    });
  }
}

function typeName(value: unknown): string {
  if (typeof value !== 'object') return typeof value;
  return (value as { constructor?: { name?: string } } | null)?.constructor?.name ?? (value === null ? 'null' : 'object');
}

function runCallback<T>(callback: Callback<T>, future: Future<T>): void {
  try {
    callback(future);
  } catch (error) {
    reportError('a done callback of a Future threw; the other callbacks still ran', 'HEDDLE_CALLBACK_THREW', error);
  }
}

export { setRunning, settle, storedState };
