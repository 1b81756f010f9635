import { describeError } from '@heddle/futures/authors';
import type { Borrower, Crew, SpawnThread } from './crew.js';
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
  readonly #changed: () => void;
  readonly #handles = new Map<object, ThreadHandle>();
  /** The pool's own records, by their threads. */
  readonly #records = new Map<object, PoolWorker>();
  /** Those whom the pool had no room for (`maxQueuedJobs`). */
  readonly #refused: Borrower[] = [];
  #room: Subscription | undefined;
  #starting = 0;
  #isReleased = false;
  #failure: { readonly error: unknown } | undefined;

  /** @param changed - is called when the capacity has changed */
  constructor(pool: LibraryPool, spawn: SpawnThread | undefined, changed: () => void) {
    this.#pool = pool;
    this.#spawn = spawn;
    this.#changed = changed;
    // A worker that ends before it is lent is noticed too.
    for (const worker of pool.workers) void this.#know(worker);
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
    const { initErrors, isClosing, workers } = this.#pool;
    if (isClosing) return { error: new Error('the pool was terminated') };
    if (initErrors.length > 0) return { error: initErrors[0] };
    return workers.length === 0 ? (this.#failure ?? { error: undefined }) : undefined;
  }

  lend(borrower: Borrower): void {
    let isUsed = false;
    const run = async (thread: object): Promise<void> => {
      isUsed = true;
      const handle = this.#handleOf(thread);
      if (handle.exit !== undefined) {
        this.ended(handle);
        borrower.fail(undefined);
      } else {
        await borrower.use(handle);
      }
    };
    try {
      this.#pool.queue(run).then(undefined, (error: unknown) => {
        if (!isUsed) borrower.fail(error);
      });
    } catch (error) {
      if (this.failure !== undefined) borrower.fail(error);
      else this.#whenRoom(borrower);
    }
  }

  ended(handle: ThreadHandle): void {
    if (!this.#handles.delete(handle.thread)) return;
    handle.release();
    this.#leave(handle.thread);
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
    const handle = new ThreadHandle(thread);
    this.#handles.set(thread, handle);
    handle.listeners.add({
      exited: () => {
        this.ended(handle);
      },
      uncaught: () => undefined,
    });
    return handle;
  }

  async #know(worker: PoolWorker): Promise<void> {
    try {
      const thread = (await worker.init) as object;
      if (this.#isReleased) return;
      this.#records.set(thread, worker);
      this.#handleOf(thread);
    } catch {
      this.#changed(); // the pool has it among its initErrors, after this
    }
  }

  #leave(thread: object): void {
    const worker = this.#records.get(thread);
    this.#records.delete(thread);
    if (worker === undefined || this.#isReleased) return;
    if (this.#spawn === undefined) this.#remove(worker);
    else void this.#replace(worker, this.#spawn);
  }

  async #replace(worker: PoolWorker, spawn: SpawnThread): Promise<void> {
    this.#starting += 1;
    try {
      const init = spawn();
      worker.init = init;
      const thread = await init;
      if (this.#isReleased && this.#pool.isClosing) await terminate(thread);
      else await this.#know(worker);
    } catch (error) {
      this.#failure = { error };
      this.#remove(worker);
    }
    this.#starting -= 1;
    this.#changed();
  }

  #remove(worker: PoolWorker): void {
    const { workers } = this.#pool;
    if (workers.includes(worker)) workers.splice(workers.indexOf(worker), 1);
    this.#changed();
  }

  /** Tries again when the pool has begun, or ended, one of its tasks. */
  #whenRoom(borrower: Borrower): void {
    this.#refused.push(borrower);
    this.#room ??= this.#pool.events().subscribe(
      () => {
        queueMicrotask(() => {
          for (const each of this.#refused.splice(0)) this.lend(each);
        });
      },
      (error) => {
        for (const each of this.#refused.splice(0)) each.fail(new Error(describeError(error), { cause: error }));
      },
    );
  }
}
