import { arrayValue, durationMs, ofType } from '@heddle/futures/authors';
import { cancelDelay, clockMs, type ThreadDelay } from './thread-delay.js';
import { Thread, type ThreadOptions } from './thread.js';

/** The options that a {@link Timer} shares with other threads. */
export type TimerOptions = Omit<ThreadOptions<unknown[], unknown>, 'target' | 'args'>;

/**
 * A thread that waits, and then runs a function, as `threading.Timer`. The time runs from `start()`. It goes on while
 * the thread that started it is busy: unlike `setTimeout`, a Timer needs no event loop.
 *
 * @typeParam A - the function's arguments
 * @typeParam R - the type of the value that the function returns; `result()` is undefined when the timer was cancelled
 * @example
 * ```ts
 * import { Timer } from '@heddle/threads';
 *
 * const timer = new Timer(20, (name: string) => `hello, ${name}`, ['loom']);
 * timer.start();
 * console.log(await timer.result()); // hello, loom
 * ```
 */
export class Timer<A extends unknown[] = unknown[], R = unknown> extends Thread<A, R | undefined> {
  readonly #delayMs: number;
  readonly #words = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  /**
   * @param delayMs - milliseconds from `start()` until `fn` is called. With `Infinity` the timer can only be cancelled
   * @param fn - the function: any function that you could submit to an executor
   * @param args - its arguments, taken as they are at `start()`. @defaultValue none
   * @throws TypeError, RangeError for a bad argument or option
   */
  constructor(delayMs: number, fn: (...args: A) => R, args?: A, options?: TimerOptions) {
    durationMs(delayMs, 'Timer: delayMs');
    ofType('function')(fn, 'Timer: fn');
    if (args !== undefined) arrayValue(args, 'Timer: args');
    super({ ...options, target: fn, ...(args === undefined ? {} : { args }) });
    this.#delayMs = delayMs;
  }

  /**
   * Cancels the call of the function and ends the thread, unless the function has begun. You can also call it before
   * `start()`; the thread then ends as soon as it is started.
   *
   * @returns whether the function will not be called. Python's `cancel` returns nothing
   * @example
   * ```ts
   * import { Timer } from '@heddle/threads';
   *
   * const timer = new Timer(60_000, () => undefined);
   * timer.start();
   * console.log(timer.cancel()); // true: it never runs the function
   * ```
   */
  cancel(): boolean {
    return cancelDelay(this.#words);
  }

  /** @internal */
  protected override get delay(): ThreadDelay {
    return { endsAt: clockMs() + this.#delayMs, words: this.#words };
  }
}
