/**
 * The delay of a Timer, in memory that the Timer shares with the thread it starts:
 *
 *   int32  0   waiting ──its time has come──▶ begun
 *                 └─────cancel()───────────▶ cancelled
 */
const waiting = 0;
const begun = 1;
const cancelled = 2;

/** A time to wait before the target is called. */
export interface ThreadDelay {
  /** The end of the wait, in milliseconds of {@link clockMs}. */
  readonly endsAt: number;
  readonly words: Int32Array<SharedArrayBuffer>;
}

/** Returns the milliseconds of a clock that all threads share. The performance.now() of each thread is different. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Blocks until the time has come. @returns false when the delay was cancelled before */
export function begins({ endsAt, words }: ThreadDelay): boolean {
  Atomics.wait(words, 0, waiting, Math.max(0, endsAt - clockMs()));
  return Atomics.compareExchange(words, 0, waiting, begun) === waiting;
}

/** Cancels the delay. @returns false when it was over before */
export function cancelDelay(words: Int32Array<SharedArrayBuffer>): boolean {
  const was = Atomics.compareExchange(words, 0, waiting, cancelled);
  Atomics.notify(words, 0);
  return was !== begun;
}
