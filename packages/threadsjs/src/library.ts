/**
 * The parts of threads.js that the adapter uses, by their shapes. The library keeps a thread's worker under symbols of its own, which are
 * found by their descriptions: so the thread may come from any copy of the library.
 */
import { show } from '@heddle/futures/authors';

/** The worker of `node:worker_threads` beneath a thread. */
export interface NodeWorker {
  readonly threadId: number;
  on(event: 'exit' | 'error' | 'message', listener: (value: unknown) => void): unknown;
  off(event: 'exit' | 'error' | 'message', listener: (value: unknown) => void): unknown;
}

export interface Subscription {
  unsubscribe(): void;
}

/** What a call of a thread's function gives. */
export interface Answers {
  subscribe(next: (value: unknown) => void, error?: (error: unknown) => void, complete?: () => void): Subscription;
}

export type ThreadFunction = (...args: readonly unknown[]) => Answers;

/** A thread as `spawn` gives it: a function, or an object of functions. */
export type LibraryThread = ThreadFunction | Readonly<Record<string, ThreadFunction>>;

/** A worker of a pool, before and after it has started. */
export interface PoolWorker {
  readonly init: Promise<unknown>;
  readonly runningTasks: readonly unknown[];
}

/** A `Pool`, with those of its private members that say how large it is, and whether it still works. */
export interface LibraryPool {
  queue(run: (thread: object) => Promise<void>): PromiseLike<unknown>;
  terminate(force?: boolean): Promise<void>;
  events(): Answers;
  /** Begins the next task of its queue, if a worker is idle. */
  scheduleWork(): void;
  readonly workers: PoolWorker[];
  readonly options: { readonly concurrency?: number };
  readonly isClosing: boolean;
  readonly initErrors: readonly unknown[];
}

/** A pool or threads are needed, and what there is instead. */
const NEEDED = 'a Pool of threads.js 1.7, or an array of threads that its spawn() gave';

/** @returns the value under the symbol that the library calls so */
function hidden(thread: object, description: string): unknown {
  const symbol = Object.getOwnPropertySymbols(thread).find((each) => each.description === description);
  return symbol === undefined ? undefined : (thread as Record<symbol, unknown>)[symbol];
}

/** @returns the worker of a thread; `undefined` when `thread` is none of this version */
function workerOf(thread: object): NodeWorker | undefined {
  const worker = hidden(thread, 'thread.worker') as Partial<NodeWorker> | undefined;
  return typeof worker?.on === 'function' && typeof worker.threadId === 'number' ? (worker as NodeWorker) : undefined;
}

/** @throws TypeError when `thread` was not made by `spawn` of threads.js 1.7 */
export function requireWorker(thread: unknown): NodeWorker {
  const isThread = (typeof thread === 'object' && thread !== null) || typeof thread === 'function';
  const worker = isThread ? workerOf(thread) : undefined;
  if (worker !== undefined) return worker;
  const advice = thread instanceof Promise ? '; await what spawn() gives' : '';
  throw new TypeError(`ThreadsJsExecutor: a thread that spawn() of threads.js 1.7 gave is needed, got ${show(thread)}${advice}`);
}

/** Ends a thread's worker, as `Thread.terminate` does. */
export async function terminate(thread: object): Promise<void> {
  await (hidden(thread, 'thread.terminate') as () => Promise<void>)();
}

/** @throws TypeError when it is neither a pool nor an array of threads */
export function poolOrThreads(given: unknown): LibraryPool | readonly object[] {
  if (Array.isArray(given)) {
    if (given.length === 0) throw new TypeError(`ThreadsJsExecutor: ${NEEDED} is needed, got an empty array`);
    for (const thread of given as unknown[]) requireWorker(thread);
    return given as object[];
  }
  const pool = given as Partial<LibraryPool> | null | undefined;
  if (typeof pool !== 'object' || typeof pool?.queue !== 'function') {
    throw new TypeError(`ThreadsJsExecutor: ${NEEDED} is needed, got ${show(given)}`);
  }
  const isKnown = Array.isArray(pool.workers) && typeof pool.options === 'object' && Array.isArray(pool.initErrors);
  const hasMethods = [pool.terminate, pool.events, pool.scheduleWork].every((each) => typeof each === 'function');
  if (!isKnown || !hasMethods || typeof pool.isClosing !== 'boolean') {
    throw new TypeError(`ThreadsJsExecutor: ${NEEDED} is needed, got the pool of another version, or of another library`);
  }
  if (pool.isClosing) throw new TypeError('ThreadsJsExecutor: the pool was terminated already; make a new one');
  return pool as LibraryPool;
}
