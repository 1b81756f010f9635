/** The limit of the queue (`maxQueueSize`), and who waits for room in it. */
export class QueueRoom {
  readonly #maxQueueSize: number;
  readonly #taken: () => number;
  readonly #maxWorkers: () => number;
  #waiters: (() => void)[] = [];

  /**
   * @param taken - tasks that take a place, in the queue or on a worker
   * @param maxWorkers - how many workers there may be now
   */
  constructor(maxQueueSize: number, taken: () => number, maxWorkers: () => number) {
    this.#maxQueueSize = maxQueueSize;
    this.#taken = taken;
    this.#maxWorkers = maxWorkers;
  }

  /** The limit is beyond what the workers can run, so that it is the same before and after they have started. */
  get isThere(): boolean {
    return this.#maxQueueSize === Infinity || this.#taken() < this.#maxWorkers() + this.#maxQueueSize;
  }

  /** Resolves when there is room; `undefined` when there is now. */
  whenThere(): Promise<void> | undefined {
    if (this.isThere) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Told when there may be room. */
  check(): void {
    if (this.#waiters.length > 0 && this.isThere) for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
