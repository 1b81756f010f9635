import type { ResourceLimits } from 'node:worker_threads';
import {
  CallerObjectServer,
  OutcomeReader,
  answerCall,
  checkNotImporting,
  encodeBoundFunction,
  hasCaptures,
  internalFrames,
  showUserLines,
  type Outcome,
  type WorkerExit,
} from '@heddle/engine';
import { FutureController, InvalidStateError, TimeoutError, WorkerDiedError, wait } from '@heddle/futures';
import {
  addSubmitStack,
  arrayValue,
  captureSite,
  checkOptions,
  describeError,
  describeSite,
  durationMs,
  ofType,
  type SubmitSite,
} from '@heddle/futures/authors';
import {
  CallerObjects,
  decodeValue,
  describeFunction,
  encodeValue,
  explainRefusal,
  serializable,
  type FunctionDescriptor,
} from '@heddle/serialization';
import type { AnyThread, ThreadFailure } from './any-thread.js';
import { checkBundle } from './check-bundle.js';
import { currentThread } from './current-thread.js';
import { tellExcepthook } from './excepthook.js';
import { joinSync, mayNeverEnd } from './join-sync.js';
import { keepAliveWhile } from './keep-alive-while.js';
import type { ThreadDelay } from './thread-delay.js';
import type { ToStarter } from './thread-protocol.js';
import { ownIdent, registry, unknownIdent, type ThreadPlace } from './thread-registry.js';
import { threadState } from './thread-state.js';
import { fromTheWire, type ThreadOnTheWire } from './thread-view.js';
import { ThreadWorker } from './thread-worker.js';

/** The options of a {@link Thread}. */
export interface ThreadOptions<A extends unknown[], R> {
  /** The function that the thread runs: any function that you could submit to an executor. */
  target: (...args: A) => R;
  /**
   * The arguments of the target. They may be all that a task's arguments may be, and threads that were started.
   * @defaultValue none
   */
  args?: A;
  /** The name of the thread, which need not be unique. @defaultValue `Thread-N (target)`, with the target's name */
  name?: string;
  /**
   * Whether the program may end before the thread.
   * @defaultValue that of the thread that makes it: false in the main thread
   */
  daemon?: boolean;
  /** Limits of the thread's heap and stack in MiB, as in `node:worker_threads`. */
  resourceLimits?: ResourceLimits;
}

const checks = {
  target: ofType('function'),
  args: arrayValue,
  name: ofType('string'),
  daemon: ofType('boolean'),
  resourceLimits: ofType('object'),
};

internalFrames.add(import.meta.url, 'threads/dist/bundle/');

/**
 * A thread that runs one function, as `threading.Thread`. It is a worker thread of its own and runs in parallel with
 * all others. The thread ends when the function has returned, or when the promise that it returned is settled. Timers,
 * tasks and threads that the function has left behind continue, as in any Node program.
 *
 * A thread that is not a daemon keeps the program alive, whichever thread started it. A daemon does not, and ends with
 * the program. If a task of a pool has started the daemon, it ends with that task's worker. `process.exit()` and Ctrl-C
 * end all threads.
 *
 * There is no `run` to override: a class would not travel, and would tie your code to threads.
 *
 * @typeParam A - the target's arguments
 * @typeParam R - the type of the value that the target returns
 * @throws TypeError for a missing target or a bad option
 * @example
 * ```ts
 * import { Thread } from '@heddle/threads';
 *
 * const thread = new Thread({ target: (n: number) => n ** 2, args: [12], name: 'squares' });
 * thread.start();
 * console.log(await thread.result()); // 144
 * ```
 */
export class Thread<A extends unknown[] = unknown[], R = unknown> implements AnyThread {
  readonly name: string;
  #daemon: boolean;
  /** Set when the thread is started, when `#call` is released. Errors need it to show the user's lines. */
  #descriptor: FunctionDescriptor | undefined;
  #call: { readonly target: (...args: A) => R; readonly args: A } | undefined;
  readonly #resourceLimits: ResourceLimits | undefined;
  readonly #outcome: FutureController<Outcome>;
  readonly #reader = new OutcomeReader();
  #place: ThreadPlace | undefined;
  #worker: ThreadWorker | undefined;
  /** Answers the calls that the target makes of caller objects. */
  #callerObjectServer: CallerObjectServer | undefined;
  #site: SubmitSite | undefined;
  /**
   * The outcome of the target. Code that waits for the thread may not know it yet, since output may still be coming.
   */
  #ending: Outcome | undefined;
  /** How many calls wait for the result. */
  #asking = 0;

  constructor(options: ThreadOptions<A, R>) {
    checkOptions('Thread', options, checks);
    checks.target((options as Partial<ThreadOptions<A, R>> | undefined)?.target, 'Thread: target');
    const { target, args = [] as unknown[] as A, name, daemon, resourceLimits } = options;
    this.#call = { target, args };
    this.name = name ?? `Thread-${String(registry.nextNumber())}${nameInParentheses(target)}`;
    this.#daemon = daemon ?? currentThread().daemon;
    this.#resourceLimits = resourceLimits;
    this.#outcome = new FutureController<Outcome>(this.name);
  }

  /**
   * Node's `threadId`; `undefined` before the thread is started. Python's ident is a different number, and Python uses
   * it again.
   */
  get ident(): number | undefined {
    return this.#worker?.ident;
  }

  /** Whether the program may end before the thread. You can set it before the thread is started. */
  get daemon(): boolean {
    return this.#daemon;
  }

  /** @throws InvalidStateError when the thread was started; TypeError when the value is not a boolean */
  set daemon(daemon: boolean) {
    checks.daemon(daemon, 'Thread: daemon');
    if (this.#place !== undefined) throw new InvalidStateError(`cannot set daemon status of active thread: ${this.name} was started`);
    this.#daemon = daemon;
  }

  /**
   * Returns whether the thread was started and its target has not ended.
   *
   * @example
   * ```ts
   * import { Thread } from '@heddle/threads';
   *
   * const thread = new Thread({ target: (n: number) => n * 2, args: [21] });
   * thread.start();
   * console.log(thread.isAlive()); // true
   * await thread.join();
   * console.log(thread.isAlive()); // false
   * ```
   */
  isAlive(): boolean {
    return this.#place !== undefined && registry.isAlive(this.#place);
  }

  /**
   * Starts the thread.
   *
   * @throws InvalidStateError when the thread was started before, or when a worker is loading the calling module to
   *   find a task in it; RangeError when too many threads are alive
   * @throws SerializationError when the target or an argument cannot travel; you may call `start` again later
   * @example
   * ```ts
   * import { Thread } from '@heddle/threads';
   *
   * const thread = new Thread({ target: (n: number) => n * 2, args: [21] });
   * thread.start();
   * await thread.join();
   * ```
   */
  start(): void {
    const call = this.#call;
    if (call === undefined)
      throw new InvalidStateError(`threads can only be started once: ${this.name} was started already; make a new one`);
    checkNotImporting(`thread ${this.name}`, 'starts a thread');
    const place = registry.add({ name: this.name, ident: unknownIdent, daemon: this.#daemon, isPooled: false, starter: ownIdent });
    if (place === undefined) throw new RangeError(`can't start thread ${this.name}: too many threads are alive`);
    this.#place = place; // set now, since the target may capture this thread
    this.#site = captureSite();
    try {
      this.#worker = this.#begin(place, call.target, call.args);
    } catch (problem) {
      this.#place = undefined;
      registry.remove(place);
      throw problem instanceof Error && problem.name === 'DataCloneError' ? explainRefusal(call.args, 'args', problem, 'thread') : problem;
    }
    this.#call = undefined;
    threadState.known.set(place.serial, this);
  }

  /**
   * Waits for the end of the thread, and keeps the program alive meanwhile. The event loop continues. `join` does not
   * tell how the thread ended: see {@link Thread.result}. You can join daemons, too.
   *
   * @param timeoutMs - how long to wait, in milliseconds. @defaultValue no limit
   * @returns whether the thread has ended. Python's `join` returns nothing; there you call `is_alive()`
   * @throws (as a rejection) InvalidStateError before the thread is started, and in the thread itself; TypeError,
   *   RangeError for a bad timeout
   * @example
   * ```ts
   * import { Thread } from '@heddle/threads';
   *
   * const thread = new Thread({ target: (n: number) => n * 2, args: [21] });
   * thread.start();
   * console.log(await thread.join(10_000)); // true: it has ended within 10 s
   * ```
   */
  async join(timeoutMs?: number): Promise<boolean> {
    this.#checkWait('join', timeoutMs);
    return this.#whenEnded(timeoutMs);
  }

  /**
   * Blocks until the thread has ended. Nothing else happens in the calling thread meanwhile, so output of the other
   * thread appears later, too.
   *
   * @param timeoutMs - how long to wait, in milliseconds. @defaultValue no limit
   * @returns whether the thread has ended
   * @throws InvalidStateError before the thread is started, and without a timeout where the wait might never end: the
   *   thread was given an object that it calls here (a callback, a signal, an iterable), or it blocks, perhaps through
   *   others, until this thread has ended
   * @throws TypeError, RangeError for a bad timeout
   * @example
   * ```ts
   * import { Thread } from '@heddle/threads';
   *
   * const thread = new Thread({ target: (n: number) => n * 2, args: [21] });
   * thread.start();
   * console.log(thread.joinSync(10_000)); // true
   * ```
   */
  joinSync(timeoutMs?: number): boolean {
    const place = this.#checkWait('joinSync', timeoutMs);
    if (this.#callerObjectServer !== undefined && mayNeverEnd(timeoutMs) && registry.isAlive(place)) {
      throw new InvalidStateError(
        `joinSync: thread ${this.name} was given what it calls in this one (a callback, a signal, an iterable), which can't answer while it blocks; await join(), or give a timeoutMs`,
      );
    }
    const hasEnded = joinSync(place, this.name, timeoutMs);
    this.#worker?.receive();
    return hasEnded;
  }

  /**
   * Returns the value that the target returned. Python's threads return nothing.
   *
   * @param timeoutMs - how long to wait, in milliseconds. @defaultValue no limit
   * @throws (as a rejection) the target's own error; WorkerDiedError when the thread ended before the target did
   *   (`process.exit()`, out of memory); SerializationError when the value cannot travel; TimeoutError;
   *   InvalidStateError before the thread is started; TypeError, RangeError for a bad timeout
   * @example
   * ```ts
   * import { Thread } from '@heddle/threads';
   *
   * const thread = new Thread({ target: (n: number) => n * 2, args: [21] });
   * thread.start();
   * console.log(await thread.result()); // 42
   * ```
   */
  async result(timeoutMs?: number): Promise<Awaited<R>> {
    this.#checkWait('result', timeoutMs);
    this.#asking += 1;
    try {
      if (!(await this.#whenEnded(timeoutMs)))
        throw new TimeoutError(`thread ${this.name} has not returned within ${String(timeoutMs)} ms; it runs on`);
    } finally {
      this.#asking -= 1;
    }
    const { hasFailed, value } = await this.#outcome.future;
    if (hasFailed) throw value;
    return value as Awaited<R>;
  }

  /** How long the thread waits before it calls its target. @internal */
  protected get delay(): ThreadDelay | undefined {
    return undefined;
  }

  async #whenEnded(timeoutMs: number | undefined): Promise<boolean> {
    const { done } = await keepAliveWhile(wait([this.#outcome.future], timeoutMs === undefined ? {} : { timeoutMs }));
    return done.size > 0;
  }

  #checkWait(what: string, timeoutMs: number | undefined): ThreadPlace {
    if (timeoutMs !== undefined) durationMs(timeoutMs, `Thread.${what}: timeoutMs`);
    if (this.#place === undefined)
      throw new InvalidStateError(`${what}: cannot join thread ${this.name} before it is started; call start() first`);
    return this.#place;
  }

  #begin(place: ThreadPlace, fn: (...args: A) => R, args: A): ThreadWorker {
    const target = describeFunction(fn);
    this.#descriptor = target;
    const callerObjects = new CallerObjects(false);
    const boundFunction = hasCaptures(target) ? encodeBoundFunction(fn, target, 'thread', callerObjects) : undefined;
    const { value, encoded, transfer } = encodeValue<unknown>(args, 'args', true, 'thread', callerObjects);
    const hasCallerObjects = callerObjects.byId.size > 0;
    this.#callerObjectServer = hasCallerObjects ? new CallerObjectServer([callerObjects]) : undefined;
    const begin = {
      name: this.name,
      daemon: this.#daemon,
      starter: ownIdent,
      target,
      boundFunction,
      args: value,
      isEncoded: encoded,
      hasCallerObjects,
      delay: this.delay,
    };
    return new ThreadWorker(place, begin, transfer ?? [], this.#resourceLimits, {
      message: (message) => {
        this.#told(message);
      },
      exit: (exit) => {
        this.#reader.afterwards(() => {
          this.#exited(exit);
        });
      },
    });
  }

  #told(message: Exclude<ToStarter, { kind: 'needed' }>): void {
    if (!('kind' in message)) {
      const server = this.#callerObjectServer;
      if (server !== undefined)
        answerCall(server, message[1], 'thread', (reply, transfer) => {
          this.#worker?.post(reply, transfer);
        });
      return;
    }
    if (message.kind === 'printed') {
      this.#reader.afterwards(() => {
        this.#settle();
      });
      return;
    }
    const { kind, status, value } = message;
    this.#reader.read(status, value, (outcome) => {
      if (kind === 'ended') this.#ended(outcome, message.isPrinting);
      else if (kind === 'failed') this.#failed(outcome.value);
      else tellExcepthook({ ...(decodeValue(message.context, 'code') as Omit<ThreadFailure, 'error'>), error: outcome.value });
    });
  }

  /**
   * @param isPrinting - whether output of the target is still to come. Code that waits for the thread continues after
   *   it
   */
  #ended(outcome: Outcome, isPrinting: boolean): void {
    if (this.#place !== undefined) registry.remove(this.#place); // the thread is about to remove itself, too
    if (outcome.hasFailed) this.#failed(outcome.value);
    this.#ending = outcome;
    if (!isPrinting) this.#settle();
  }

  #failed(error: unknown): void {
    if (this.#descriptor !== undefined) showUserLines(error, this.#descriptor);
    addSubmitStack(error, this.#site, 'started');
    const startedAt = this.#site === undefined ? '' : describeSite(this.#site, 'started');
    tellExcepthook({ thread: this, error, startedAt, isAwaited: this.#asking > 0 });
  }

  #settle(): void {
    if (this.#ending === undefined || this.#outcome.future.done()) return;
    this.#callerObjectServer?.close();
    this.#outcome.setResult(this.#ending);
  }

  #exited({ exitCode, error }: WorkerExit): void {
    if (this.#place !== undefined) threadState.known.delete(this.#place.serial);
    const isOutOfMemory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (this.#ending !== undefined) {
      this.#settle();
      if (isOutOfMemory) this.#failed(this.#died(exitCode, error)); // the thread has reported all other failures itself
      return;
    }
    const died = this.#died(exitCode, error);
    // The target called process.exit(0). It counts like Python's SystemExit, which is not reported.
    if (exitCode !== 0) this.#failed(died);
    this.#ending = { hasFailed: true, value: died };
    this.#settle();
  }

  #died(exitCode: number | undefined, error: unknown): WorkerDiedError {
    const unsettled = exitCode === 13 ? ': it had nothing left to do, so what its target waits for can never happen' : '';
    const why = error === undefined ? unsettled : `: ${describeError(error).split('\n')[0] ?? ''}`;
    const before = this.#ending === undefined ? 'before' : 'after';
    return new WorkerDiedError(`thread ${this.name} ended with exit code ${String(exitCode)} ${before} its target returned${why}`, {
      workerName: this.name,
      exitCode,
      ...(error === undefined ? {} : { cause: error }),
    });
  }

  static {
    serializable(import.meta.url, Thread, {
      encode: (thread: Thread): ThreadOnTheWire => {
        const { name, daemon } = thread;
        const place = thread.#place;
        checkBundle(`thread ${name}`);
        if (place === undefined) throw new InvalidStateError(`thread ${name} was not started: start it before other threads are given it`);
        return {
          place,
          facts: { name, daemon, ident: thread.ident ?? unknownIdent, isPooled: false, starter: ownIdent },
          program: registry.memory,
        };
      },
      decode: fromTheWire as (wire: ThreadOnTheWire) => never,
    });
  }
}

/** An arrow function that is written in the options has the option's name. */
function nameInParentheses({ name }: { readonly name: string }): string {
  return name === '' || name === 'target' ? '' : ` (${name})`;
}
