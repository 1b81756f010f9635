import type { Bell } from '@heddle/engine';
import type { PoolLoad } from './caller-ledger.js';
import { GrowingPause } from './growing-pause.js';

/** A worker whose activity the bell can see. */
export interface Audible {
  /** Changes whenever the worker has posted something, and while a long message is on its way. */
  readonly sound: number;
}

/**
 * The caller's bell for workers that share no memory with it. It checks again and again, with growing pauses, because nothing wakes a
 * thread that blocks on several pipes.
 */
export class ProcessBell implements Bell {
  readonly pollsPerLook = 5;
  /** True when the workers' pipes have no descriptors to read from (Windows). */
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
    // No worker has to know.
  }

  sleep(seen: number, timeoutMs: number): void {
    this.#pauses.pause(seen, timeoutMs);
  }
}
