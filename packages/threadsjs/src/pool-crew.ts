import type { Borrower, Crew, CrewEvents, SpawnThread } from './crew.js';
import { terminate, type LibraryPool, type PoolWorker, type Subscription } from './library.js';
import { ThreadHandle } from './thread-handle.js';

/**
 * The workers of a `Pool`. A loan is a task of the pool, so an application may use the pool for tasks of its own as well.
 *
 * The pool knows nothing of a worker that has ended, and would give it further tasks, which nothing ever settles. So such a worker gets a
 * successor in its place, or leaves the pool.
 */
export class PoolCrew implements Crew {
  readonly #pool: LibraryPool;
  readonly #spawn: SpawnThread | undefined;
  readonly #events: CrewEvents;
  readonly #handles = new Map<object, ThreadHandle>();
  /** The pool's own records, by their threads. */
  readonly #records = new Map<object, PoolWorker>();
  /** Those whom the pool had no room for (`maxQueuedJobs`). */
  readonly #refused: Borrower[] = [];
  /** Those who came before all workers had started. */
  readonly #early: Borrower[] = [];
  #isReady = false;
  #room: Subscription | undefined;
  #starting = 0;
  #isReleased = false;
  #initError: { readonly error: unknown } | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(pool: LibraryPool, spawn: SpawnThread | undefined, events: CrewEvents) {
    this.#pool = pool;
    this.#spawn = spawn;
    this.#events = events;
    void this.#begin();
  }

  get capacity(): number {
    return this.#pool.workers.length * (this.#pool.options.concurrency ?? 1);
  }

  get starting(): number {
    return this.#starting;
  }

  get workers(): number {
    return this.#pool.workers.length;
  }

  get failure(): { readonly error: unknown } | undefined {
    const { isClosing, workers } = this.#pool;
    if (isClosing) return { error: new Error('the pool was terminated') };
    if (this.#initError !== undefined) return this.#initError;
    return workers.length === 0 ? (this.#failure ?? { error: undefined }) : undefined;
  }

  lend(borrower: Borrower): void {
    if (!this.#isReady) {
      this.#early.push(borrower);
      return;
    }
    const { failure } = this;
    if (failure !== undefined) {
      borrower.fail();
      return;
    }
    let isUsed = false;
    const run = async (thread: object): Promise<void> => {
      isUsed = true;
      if (this.#isReleased) return;
      const handle = this.#handleOf(thread);
      if (handle.exit !== undefined) {
        this.#ended(handle);
        borrower.fail();
      } else {
        await borrower.use(handle);
      }
    };
    try {
      this.#pool.queue(run).then(undefined, () => {
        if (!isUsed) borrower.fail();
      });
    } catch {
      if (this.failure !== undefined) borrower.fail();
      else this.#whenRoom(borrower);
    }
  }

  async terminate(): Promise<void> {
    // Without force it would wait for tasks, and reject if one of them fails.
    await this.#pool.terminate(true).catch(() => undefined);
  }

  release(): void {
    this.#isReleased = true;
    this.#room?.unsubscribe();
    for (const handle of this.#handles.values()) handle.release();
  }

  #handleOf(thread: object): ThreadHandle {
    const known = this.#handles.get(thread);
    if (known !== undefined) return known;
    const handle = new ThreadHandle(thread, (ended) => {
      this.#ended(ended);
    });
    this.#handles.set(thread, handle);
    return handle;
  }

  /**
   * Waits for the workers. When one of them cannot start, the pool throws that error where nobody catches it, once for each task that it
   * has, and settles none of them. So it gets no task before.
   */
  async #begin(): Promise<void> {
    await Promise.all(this.#pool.workers.map((worker) => this.#know(worker)));
    this.#isReady = true;
    for (const borrower of this.#early.splice(0)) this.lend(borrower);
  }

  #add(thread: object, worker: PoolWorker): void {
    this.#records.set(thread, worker);
    this.#handleOf(thread);
  }

  async #know(worker: PoolWorker): Promise<void> {
    try {
      const thread = (await worker.init) as object;
      if (!this.#isReleased) this.#add(thread, worker);
    } catch (error) {
      this.#initError ??= { error };
      this.#events.changed();
    }
  }

  #ended(handle: ThreadHandle): void {
    if (!this.#handles.delete(handle.thread)) return;
    handle.release();
    this.#events.ended(handle);
    this.#leave(handle.thread);
  }

  #leave(thread: object): void {
    const worker = this.#records.get(thread);
    this.#records.delete(thread);
    if (worker === undefined || this.#isReleased) return;
    if (this.#spawn === undefined) this.#remove(worker);
    else void this.#replace(worker, this.#spawn);
  }

  async #replace(worker: PoolWorker, spawn: SpawnThread): Promise<void> {
    const { workers } = this.#pool;
    this.#starting += 1;
    const init = (async () => await spawn())(); // it may throw at the call
    // A record of its own: that of the dead worker may have a task of the application, which never ends.
    const next: PoolWorker = { init, runningTasks: [] };
    workers.splice(workers.indexOf(worker), 1, next);
    this.#pool.scheduleWork();
    try {
      const thread = await init;
      if (this.#isReleased && this.#pool.isClosing) await terminate(thread);
      else this.#add(thread, next);
    } catch (error) {
      this.#failure = { error };
      this.#remove(next);
    }
    this.#starting -= 1;
    this.#events.changed();
  }

  #remove(worker: PoolWorker): void {
    const { workers } = this.#pool;
    if (workers.includes(worker)) workers.splice(workers.indexOf(worker), 1);
    this.#events.changed();
  }

  /** Tries again when the pool has begun, or ended, one of its tasks. */
  #whenRoom(borrower: Borrower): void {
    this.#refused.push(borrower);
    this.#room ??= this.#pool.events().subscribe(() => {
      queueMicrotask(() => {
        for (const each of this.#refused.splice(0)) this.lend(each);
      });
    });
  }
}
