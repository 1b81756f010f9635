import type { Bell } from '@heddle/engine';
import type { PoolLoad } from './caller-ledger.js';
import { GrowingPause } from './growing-pause.js';

/** A worker, as far as it can be heard. */
export interface Audible {
  /** Changes whenever it has posted something, and while a long message is on its way. */
  readonly sound: number;
}

/**
 * The caller's bell for workers that share no memory with it: it looks again and again, with growing pauses, since nothing wakes
 * a thread that blocks on several pipes.
 */
export class ProcessBell implements Bell {
  readonly pollsPerLook = 5;
  /** Whether their pipes have no descriptors to read from (Windows). */
  isDeaf = false;
  readonly workers: Set<Audible> = new Set<Audible>();
  readonly #load: PoolLoad;
  readonly #pauses = new GrowingPause();

  constructor(load: PoolLoad) {
    this.#load = load;
  }

  bell(): number {
    let sum = 0;
    for (const { sound } of this.workers) sum += sound;
    return sum;
  }

  startSpinning(): boolean {
    return this.#load.busyWorkers < this.#load.cores;
  }

  stopSpinning(): void {
    // nobody has to know
  }

  sleep(seen: number, timeoutMs: number): void {
    this.#pauses.pause(seen, timeoutMs);
  }
}
