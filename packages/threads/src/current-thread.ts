import { isMainThread } from 'node:worker_threads';
import type { AnyThread } from './any-thread.js';
import { ownPlace } from './own-place.js';
import { mainPlace, ownIdent, registry, type ThreadPlace } from './thread-registry.js';
import { threadState } from './thread-state.js';
import { ThreadView, viewOf } from './thread-view.js';

/** This thread. */
let own: AnyThread | undefined;

/**
 * The thread this is called in, as `threading.current_thread()`: the main one, a {@link Thread}, or a worker of a
 * ThreadPoolExecutor, which is called `ThreadPoolExecutor-0_0`. In a worker that Heddle did not start it is called
 * `Dummy-N`, after its `threadId`, and only that worker itself sees it.
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
 * The main thread: the one that Node began with.
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
 * The threads that are alive, this one among them, as `threading.enumerate()`: the main one, each started {@link Thread} whose
 * target has not ended (daemons too), workers of ThreadPoolExecutors. In the order in which they were started, wherever that
 * was. Those that were started here are the Thread objects themselves; others can be joined as well.
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
 * How many threads are alive: as many as {@link enumerate} gives. As `threading.active_count()`.
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

/** `undefined` when it has ended. */
function view(place: ThreadPlace): AnyThread | undefined {
  const facts = registry.facts(place);
  return facts === undefined ? undefined : viewOf(place, facts);
}
