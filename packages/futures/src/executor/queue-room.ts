/** The limit of the queue (`maxQueueSize`), and the callers that wait for room in it. */
export class QueueRoom {
  readonly #maxQueueSize: number;
  readonly #taken: () => number;
  readonly #maxWorkers: () => number;
  #waiters: (() => void)[] = [];

  /**
   * @param taken - returns the number of tasks in the queue and on workers
   * @param maxWorkers - returns the largest number of workers that the pool may have now
   */
  constructor(maxQueueSize: number, taken: () => number, maxWorkers: () => number) {
    this.#maxQueueSize = maxQueueSize;
    this.#taken = taken;
    this.#maxWorkers = maxWorkers;
  }

  /** Whether there is room. The tasks that the workers can run do not count, so the limit is the same before and after workers start. */
  get isThere(): boolean {
    return this.#maxQueueSize === Infinity || this.#taken() < this.#maxWorkers() + this.#maxQueueSize;
  }

  /** Returns a promise that resolves when there is room; `undefined` when there is room now. */
  whenThere(): Promise<void> | undefined {
    if (this.isThere) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Wakes the waiting callers if there is room. Call it whenever there may be room. */
  check(): void {
    if (this.#waiters.length > 0 && this.isThere) for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
