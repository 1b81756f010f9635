import type { Borrower, Crew, CrewEvents, SpawnThread } from './crew.js';
import { terminate } from './library.js';
import { ThreadHandle } from './thread-handle.js';

/** Threads that an application has spawned itself. Each runs one task at a time. */
export class ThreadCrew implements Crew {
  readonly #free: ThreadHandle[] = [];
  readonly #all = new Set<ThreadHandle>();
  readonly #spawn: SpawnThread | undefined;
  readonly #events: CrewEvents;
  #waiting: Borrower[] = [];
  #starting = 0;
  #failure: { readonly error: unknown } | undefined;
  #isReleased = false;

  constructor(threads: readonly object[], spawn: SpawnThread | undefined, events: CrewEvents) {
    this.#spawn = spawn;
    this.#events = events;
    for (const thread of threads) this.#add(thread);
  }

  get capacity(): number {
    return this.#all.size;
  }

  get starting(): number {
    return this.#starting;
  }

  get workers(): number {
    return this.#all.size + this.#starting;
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.workers === 0 ? (this.#failure ?? { error: undefined }) : undefined;
  }

  lend(borrower: Borrower): void {
    const thread = this.#free.shift();
    if (thread === undefined) this.#waiting.push(borrower);
    else void this.#lendTo(borrower, thread);
  }

  async terminate(): Promise<void> {
    await Promise.all([...this.#all].map(({ thread }) => terminate(thread)));
    this.#all.clear();
  }

  release(): void {
    this.#isReleased = true;
    for (const thread of this.#all) thread.release();
  }

  #add(thread: object): void {
    const handle = new ThreadHandle(thread, (ended) => {
      this.#ended(ended);
    });
    this.#all.add(handle);
    this.#giveBack(handle);
  }

  /** A worker has ended: it gets a successor, or the crew is smaller from now on. */
  #ended(thread: ThreadHandle): void {
    if (!this.#all.delete(thread)) return;
    const at = this.#free.indexOf(thread);
    if (at >= 0) this.#free.splice(at, 1);
    thread.release();
    this.#events.ended(thread);
    if (this.#spawn !== undefined && !this.#isReleased) void this.#replace(this.#spawn);
    this.#events.changed();
  }

  async #replace(spawn: SpawnThread): Promise<void> {
    this.#starting += 1;
    let thread: object | undefined;
    try {
      thread = await spawn();
      if (this.#isReleased) await terminate(thread);
      else this.#add(thread);
    } catch (error) {
      this.#failure = { error };
    }
    this.#starting -= 1;
    this.#events.changed();
  }

  async #lendTo(borrower: Borrower, thread: ThreadHandle): Promise<void> {
    if (thread.exit === undefined) await borrower.use(thread);
    else borrower.fail();
    if (thread.exit === undefined) this.#giveBack(thread);
    else this.#ended(thread);
  }

  #giveBack(thread: ThreadHandle): void {
    const borrower = this.#waiting.shift();
    if (borrower === undefined) this.#free.push(thread);
    else void this.#lendTo(borrower, thread);
  }
}
