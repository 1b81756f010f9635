/**
 * Future and FutureController: the two ends of a task's result.
 *
 *   executor ──holds──▶ FutureController ──settles──▶ Future ◀──awaits── user
 *                              ▲                         │
 *                              └── cancel, abort, state ─┘   (until it is settled)
 *
 * Invariants
 * - A future settles once: 'pending' → 'running' → 'finished', or 'pending' → 'cancelled'. It never goes back. A coroutine can be
 *   cancelled while it runs, so its future also goes 'running' → 'cancelled', once the coroutine has stopped.
 * - A settled future no longer refers to its controller, nor to the function and its arguments.
 * - A failure never becomes an unhandled rejection. A failure that nobody looked at is reported: see failure-notes.ts.
 *
 * Future is a Promise whose `constructor` is an accessor that returns Promise. Therefore `await` and Promise.all take V8's native
 * path, and the accessor still notices that somebody looked (docs/decisions/0002).
 */
import { bindContext } from '#platform';
import { CancelledError, TimeoutError, isHeddleError } from '../errors/errors.js';
import { durationMs, show } from '../helpers/options.js';
import { reportError } from '../helpers/report.js';
import { startTimer } from '../helpers/timers.js';
import { isBlocked } from './blocked-thread.js';
import { noteFailure, noteLook, type FailureNote } from './failure-notes.js';

/** The state of a future. `done()` means cancelled or finished. */
export type FutureState = 'pending' | 'running' | 'cancelled' | 'finished';

/** Options of {@link Future.abort}. */
export interface AbortOptions {
  /**
   * The grace period in milliseconds: how long a task that watches its signal may take to end. After it, the task's worker is
   * stopped. With `Infinity` no worker is stopped: the task's signal aborts and nothing else happens, even if the task never
   * looks at its signal.
   * @defaultValue 1000
   */
  graceMs?: number;
}

type Callback<T> = (future: Future<T>) => void;

// Promise hands its resolving functions to an executor function. One shared function saves a closure for each future. Only
// `resolve` is kept, since resolving with a rejected promise rejects: a million pending futures should hold little memory.
let lastResolve: (value: never) => void;
const captureResolve = (resolve: (value: never) => void): void => {
  lastResolve = resolve;
};

/** The functions of a copy of the package for its own futures: see those of the same names in other-copies.ts. */
export interface FutureFunctions {
  watch<T>(future: Future<T>, callback: (future: Future<T>) => void): void;
  unwatch<T>(future: Future<T>, callback: (future: Future<T>) => void): void;
  awaitDone<T>(future: Future<T>): void;
  blockOn<T>(future: Future<T>, timeoutMs: number): void;
  outcomeOf<T>(future: Future<T>): { failed: boolean; value: unknown };
}

/** The same symbol in all copies of the package. Its number changes when FutureFunctions changes. */
export const functionsKey: unique symbol = Symbol.for('heddle.future.1') as never;

/** The members that a future uses of its other end. FutureController documents and implements them. */
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

// #bits: the state in the low two bits, and two flags. A future has to be small, since a million of them may be pending.
const states: readonly FutureState[] = ['pending', 'running', 'cancelled', 'finished'];
const stateMask = 3;
const runningState = 1;
const cancelledState = 2;
const finishedState = 3;
const failedFlag = 4;
const lookedFlag = 8;

/**
 * The result of a task that an executor runs, which may not be there yet. Executors make futures; see FutureController.
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
  /** The other end, until the future is done. */
  #controller: FutureSource | undefined;
  // Until the future is done: the callbacks, to run once and in order. A single one is stored bare, since most futures have at
  // most one. After a failure, until somebody looks: the note of what to report.
  #callbacksOrNote: Callback<T> | Callback<T>[] | FailureNote | undefined = undefined;
  /** Promise's resolve function until the future is settled; the outcome from then on. */
  #resolveOrOutcome: unknown;

  /** Only for FutureController. */
  constructor(controller: FutureSource) {
    if (typeof (controller as Partial<FutureSource> | undefined)?.onCancel !== 'function') {
      throw new TypeError('a Future is made by an executor, or by new FutureController() (for executor authors)');
    }
    super(captureResolve);
    this.#controller = controller;
    this.#resolveOrOutcome = lastResolve;
    lastResolve = ignore; // otherwise it would keep this future in memory until the next one is made
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
        // The caller that aborted or cancelled a task knows that it has failed, so there is nothing to report.
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

  /** Derived promises are plain promises. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  override get [Symbol.toStringTag](): string {
    return 'Future';
  }

  /** The task's name; empty once the future is settled. */
  get name(): string {
    return this.#controller?.name ?? '';
  }

  /** The state of the future at the moment of the call. It is exact even for tasks that workers claim without a message. */
  get state(): FutureState {
    if ((this.#bits & stateMask) === 0) this.#controller?.refresh();
    return storedState(this);
  }

  /**
   * Tells whether the task was cancelled: before it ran or, if it is a coroutine, while it ran.
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
   * Tells whether a worker is running the task.
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
   * Tells whether the future is cancelled or finished.
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
   * Cancels the task unless it has begun. The future is then done immediately and rejects with CancelledError. As CPython's
   * `Future.cancel`, without its state of cancelled but not yet notified.
   *
   * @param reason - becomes the error's `cause`
   * @returns true when the future was pending or already cancelled; false when it is running (see {@link Future.abort}) or finished
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
   * Stops the task, even while it runs. Its `signal` aborts; if it has not ended after `graceMs`, its worker is stopped and
   * replaced. The future then rejects with AbortError, or with CancelledError if it was pending.
   *
   * @param reason - becomes `signal.reason` in the task, and the error's `cause`
   * @returns true when the task was stopped; false when it had ended before, or ended with its own outcome in the meantime
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
   * @param timeoutMs - milliseconds to wait; 0 only asks whether the value is there. The task keeps running when the time is up.
   * @defaultValue no limit
   * @returns a promise of the value. It rejects with the task's own error, CancelledError (`HEDDLE_CANCELLED`) or TimeoutError (`HEDDLE_TIMEOUT`)
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
   * The task's value, synchronously: the call blocks the thread until the value is there, as CPython's `Future.result` does. Use
   * it only in code that has to be synchronous, such as a plugin hook or a lint rule. Otherwise await the future, which does not
   * block the thread.
   *
   * While the thread is blocked, nothing else runs on it: no timers, I/O, promise reactions or done callbacks. They run when the
   * thread continues. A signal cannot abort the task in that time, but the task's own `timeoutMs` can. Other tasks of the
   * executor keep running, and workers still start and end.
   *
   * @param timeoutMs - milliseconds to wait; 0 only takes a value that is there. The task keeps running when the time is up
   * @defaultValue no limit
   * @returns the task's value
   * @throws the task's own error, CancelledError (`HEDDLE_CANCELLED`), TimeoutError (`HEDDLE_TIMEOUT`)
   * @throws DeadlockError (`HEDDLE_DEADLOCK`) immediately when the wait could never end, since only this thread could settle the
   *   future or no worker is left to run the task. CPython would wait forever
   * @throws TypeError, RangeError when `timeoutMs` is not a duration
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
   * @returns a promise of the error. It rejects only with CancelledError (`HEDDLE_CANCELLED`) or TimeoutError (`HEDDLE_TIMEOUT`)
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
   * Calls a function when the future is done, or immediately if it is done already. Callbacks run in the order in which they were
   * added, in the async context of this call. An error that a callback throws is reported as the warning
   * `HEDDLE_CALLBACK_THREW` and not propagated. A thread that is blocked in {@link Future.resultSync} calls back when it continues.
   *
   * @param callback - gets this future
   * @throws TypeError when `callback` is not a function
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
   * As `Promise.then`, since the future is a promise of the task's result.
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
    this.#look(); // overridden so that every derived promise counts as a look
    return super.then(onFulfilled, onRejected);
  }

  /**
   * A text like CPython's repr. `console.log(future)` shows it, too.
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

  /** A method, since TypeScript would assume that the state has not changed since it was checked before. */
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

  /** Marks the rejection as handled for the host. Only failures need it, and it does not count as a look. */
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
