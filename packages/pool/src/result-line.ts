import { TimeoutError } from '@heddle/futures';
import { Fifo, startTimer } from '@heddle/futures/authors';

/** A value, or the error that stands in its stead. */
export type Result = PromiseSettledResult<unknown>;

/** Where the results of one chunk stand, some of them perhaps still to come. */
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
 * Results in the order of their places, for whoever asks first.
 *
 *   next() ◀── [ A ! C ] [ . . . ] [ G H I ] ◀── addPlace()
 *                         ▲ its results are waited for, though later ones are there
 */
export class ResultLine {
  readonly #places = new Fifo<Place>();
  readonly #read: () => void;
  #waiters: Waiter[] = [];
  #isOver = false;
  #cancellation: Error | undefined;

  /** @param read - told of each result that was handed out */
  constructor(read: () => void) {
    this.#read = read;
  }

  /** The next place, at the end of the line; of no consequence when that was ended. */
  addPlace(): Place {
    const place = { results: new Fifo<Result>(), isFull: false };
    if (!this.#isOver) this.#places.push(place);
    return place;
  }

  /** Hands out what can be, after places were filled. */
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

  /** There will be no other place. */
  end(): void {
    this.#isOver = true;
    this.serve();
  }

  /** Forgets what was not handed out, and ends. */
  clear(): void {
    this.#places.clear();
    this.end();
  }

  /** Forgets what was not handed out: whoever asks, now or later, gets this error. */
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
   * The next result.
   *
   * @param timeoutMs - then it rejects with TimeoutError, and the result is left for the next one who asks
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
