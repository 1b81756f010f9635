/**
 * The time that a Timer waits, in memory that it shares with the thread it starts:
 *
 *   int32  0   waiting ──its time has come──▶ begun
 *                 └─────cancel()───────────▶ cancelled
 */
const waiting = 0;
const begun = 1;
const cancelled = 2;

/** A time to wait before the target is called. */
export interface ThreadDelay {
  /** In milliseconds of {@link clockMs}. */
  readonly endsAt: number;
  readonly words: Int32Array<SharedArrayBuffer>;
}

/** Milliseconds of a clock that is the same in all threads; each has a performance.now() of its own. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Blocks until its time has come. @returns false when it was cancelled before */
export function begins({ endsAt, words }: ThreadDelay): boolean {
  Atomics.wait(words, 0, waiting, Math.max(0, endsAt - clockMs()));
  return Atomics.compareExchange(words, 0, waiting, begun) === waiting;
}

/** @returns whether it came in time, or was cancelled before */
export function cancelDelay(words: Int32Array<SharedArrayBuffer>): boolean {
  const was = Atomics.compareExchange(words, 0, waiting, cancelled);
  Atomics.notify(words, 0);
  return was !== begun;
}
