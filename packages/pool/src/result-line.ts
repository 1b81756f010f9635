import { TimeoutError } from '@heddle/futures';
import { Fifo, startTimer } from '@heddle/futures/authors';

/** A value, or the error in its place. */
export type Result = PromiseSettledResult<unknown>;

/** The place of one chunk's results, some of which may not have arrived yet. */
export interface Place {
  readonly results: Fifo<Result>;
  isFull: boolean;
}

interface Waiter {
  readonly resolve: (step: IteratorResult<unknown, undefined>) => void;
  readonly reject: (error: unknown) => void;
  stopTimer: () => void;
}

/**
 * Gives out results in the order of their places, to the first caller that asks.
 *
 *   next() ◀── [ A ! C ] [ . . . ] [ G H I ] ◀── addPlace()
 *                         ▲ the line waits for these results, even when later ones have arrived
 */
export class ResultLine {
  readonly #places = new Fifo<Place>();
  readonly #read: () => void;
  #waiters: Waiter[] = [];
  #isOver = false;
  #cancellation: Error | undefined;

  /** @param read - called for each result that was given out */
  constructor(read: () => void) {
    this.#read = read;
  }

  /** Adds a place at the end of the line. When the line has ended, the place is ignored. */
  addPlace(): Place {
    const place = { results: new Fifo<Result>(), isFull: false };
    if (!this.#isOver) this.#places.push(place);
    return place;
  }

  /** Gives out the results that are due, after places were filled. */
  serve(): void {
    while (this.#waiters.length > 0) {
      const result = this.#take();
      if (result === undefined && !(this.#isOver && this.#places.length === 0)) return;
      const waiter = this.#waiters.shift();
      waiter?.stopTimer();
      if (result === undefined) waiter?.resolve({ done: true, value: undefined });
      else if (result.status === 'fulfilled') waiter?.resolve({ done: false, value: result.value });
      else waiter?.reject(result.reason);
    }
  }

  /** Ends the line: no other place will follow. */
  end(): void {
    this.#isOver = true;
    this.serve();
  }

  /** Drops the results that were not given out, and ends the line. */
  clear(): void {
    this.#places.clear();
    this.end();
  }

  /** Drops the results that were not given out. Every call of `next`, earlier or later, rejects with this error. */
  cancel(error: Error): void {
    this.#cancellation = error;
    this.#isOver = true;
    this.#places.clear();
    for (const waiter of this.#waiters.splice(0)) {
      waiter.stopTimer();
      waiter.reject(error);
    }
  }

  /**
   * Returns the next result.
   *
   * @param timeoutMs - milliseconds after which it rejects with TimeoutError; the result is then left for a later call
   */
  next(timeoutMs: number): Promise<IteratorResult<unknown, undefined>> {
    if (this.#cancellation !== undefined) return Promise.reject(this.#cancellation);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject, stopTimer: () => undefined };
      this.#waiters.push(waiter);
      this.serve();
      if (!this.#waiters.includes(waiter)) return;
      const late = (): void => {
        this.#waiters = this.#waiters.filter((each) => each !== waiter);
        reject(new TimeoutError(`next: no result within ${String(timeoutMs)} ms; it is there for a later next()`));
      };
      if (timeoutMs === 0) late();
      else waiter.stopTimer = startTimer(timeoutMs, late);
    });
  }

  #take(): Result | undefined {
    for (let place = this.#places.peek(); place !== undefined; place = this.#places.peek()) {
      const result = place.results.shift();
      if (result !== undefined) {
        this.#read();
        return result;
      }
      if (!place.isFull) return undefined;
      this.#places.shift();
    }
    return undefined;
  }
}
