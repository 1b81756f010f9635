import { isMainThread } from 'node:worker_threads';
import type { AnyThread } from './any-thread.js';
import { ownPlace } from './own-place.js';
import { mainPlace, ownIdent, registry, type ThreadPlace } from './thread-registry.js';
import { threadState } from './thread-state.js';
import { ThreadView, viewOf } from './thread-view.js';

/** The object of this thread, once it was asked for. */
let own: AnyThread | undefined;

/**
 * Returns the thread that calls it, as `threading.current_thread()`. It is the main thread, a {@link Thread}, or a
 * worker of a ThreadPoolExecutor, which has a name like `ThreadPoolExecutor-0_0`. A worker that Heddle did not start
 * has the name `Dummy-N`, with its `threadId`; only that worker itself sees it.
 *
 * @example
 * ```ts
 * import { Thread, currentThread } from '@heddle/threads';
 *
 * console.log(currentThread().name); // MainThread
 * const thread = new Thread({ target: () => currentThread().name, name: 'warp' });
 * thread.start();
 * console.log(await thread.result()); // warp
 * ```
 */
export function currentThread(): AnyThread {
  return (own ??= isMainThread ? mainThread() : startedThread());
}

function startedThread(): AnyThread {
  const { here } = threadState;
  if (here !== undefined) return viewOf(here.place, here.facts);
  return new ThreadView(undefined, {
    name: `Dummy-${String(ownIdent)}`,
    ident: ownIdent,
    daemon: false,
    isPooled: false,
    starter: ownIdent,
  });
}

/**
 * Returns the main thread: the one that Node began with. As `threading.main_thread()`.
 *
 * @example
 * ```ts
 * import { currentThread, mainThread } from '@heddle/threads';
 *
 * console.log(currentThread() === mainThread()); // true
 * ```
 */
export function mainThread(): AnyThread {
  return view(mainPlace) as AnyThread;
}

/**
 * Returns the threads that are alive, including this one, as `threading.enumerate()`. They are the main thread, each
 * started {@link Thread} whose target has not ended (daemons too), and the workers of ThreadPoolExecutors. They are in
 * the order in which they were started, in whichever thread that was. Threads that were started here are the Thread
 * objects themselves. You can join the others as well.
 *
 * @example
 * ```ts
 * import { currentThread, enumerate } from '@heddle/threads';
 *
 * for (const thread of enumerate()) {
 *   if (thread !== currentThread() && thread.name !== 'MainThread') await thread.join();
 * }
 * ```
 */
export function enumerate(): AnyThread[] {
  const threads = registry
    .living()
    .map(view)
    .filter((thread) => thread !== undefined);
  if (ownPlace() === undefined) threads.push(currentThread());
  return threads;
}

/**
 * Returns how many threads are alive: the length of {@link enumerate}'s list. As `threading.active_count()`.
 *
 * @example
 * ```ts
 * import { activeCount } from '@heddle/threads';
 *
 * console.log(activeCount()); // 1: the main thread alone
 * ```
 */
export function activeCount(): number {
  return enumerate().length;
}

/** Returns the object that represents a thread; `undefined` when the thread has ended. */
function view(place: ThreadPlace): AnyThread | undefined {
  const facts = registry.facts(place);
  return facts === undefined ? undefined : viewOf(place, facts);
}
