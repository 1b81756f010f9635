/**
 * Latches make the order of events between a test and its tasks a fact:
 *
 *   test                            task
 *   await latch.arrived(1) ◀─────── block(latch.words, value)
 *   latch.open()           ───────▶ goes on
 */
import { until } from '@heddle/testkit/support';

/** [0]: 1 when open; [1]: how many tasks came. */
export type LatchWords = Int32Array<SharedArrayBuffer>;

export class Latch {
  readonly words: LatchWords = new Int32Array(new SharedArrayBuffer(8));

  /** How many tasks came so far. */
  get arrivals(): number {
    return Atomics.load(this.words, 1);
  }

  /** Resolves when `count` tasks have come. */
  arrived(count: number): Promise<void> {
    return until(`${String(count)} tasks at a latch`, () => this.arrivals >= count);
  }

  /** Lets all pass, now and later. */
  open(): void {
    Atomics.store(this.words, 0, 1);
    Atomics.notify(this.words, 0);
  }
}

/** A task that tells that it has come, and blocks its worker until the latch is open. */
export const block = <T>(words: LatchWords, value: T): T => {
  Atomics.add(words, 1, 1);
  if (Atomics.wait(words, 0, 0, 30_000) === 'timed-out') throw new Error('the latch was never opened');
  return value;
};

/** A task that tells that it has come, and goes on. */
export const pass = <T>(words: LatchWords, value: T): T => {
  Atomics.add(words, 1, 1);
  return value;
};
