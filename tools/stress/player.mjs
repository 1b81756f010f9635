/** One player of a game: what the games are made of. */
import { Random } from '../chaos/random.mjs';

/**
 * @typedef {{ acquire(options?: object): Promise<boolean>, acquireSync(timeoutMs?: number): boolean, tryAcquire(): boolean, release(count?: number): void }} Acquirable
 */

export class Player {
  /** @param {string} seed @param {number} seat @param {boolean} mayBlock */
  constructor(seed, seat, mayBlock) {
    this.random = new Random(`${seed}/${seat}`);
    this.seat = seat;
    this.mayBlock = mayBlock;
  }

  /**
   * Takes something in whatever form, until it has it. Every third attempt is not patient.
   *
   * @param {Acquirable} object
   */
  async take(object) {
    for (;;) {
      if (this.random.chance(0.67)) return void (await this.#patiently(object));
      if (await this.#impatiently(object)) return;
    }
  }

  /** @param {Acquirable} object */
  #patiently(object) {
    return this.mayBlock && this.random.chance(0.5) ? object.acquireSync() : object.acquire();
  }

  /** @param {Acquirable} object */
  async #impatiently(object) {
    const timeoutMs = this.random.pick([0, 0.01, 0.1, 1]);
    switch (this.random.integer(0, 3)) {
      case 0:
        return object.tryAcquire();
      case 1:
        return this.mayBlock ? object.acquireSync(timeoutMs) : object.tryAcquire();
      case 2:
        return object.acquire({ timeoutMs });
      default:
        return this.aborted((signal) => object.acquire({ signal }));
    }
  }

  /**
   * Does something with a signal that aborts soon.
   *
   * @param {(signal: AbortSignal) => Promise<unknown>} fn
   * @returns {Promise<boolean>} false when it was aborted
   */
  async aborted(fn) {
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (this.random.chance(0.5)) setImmediate(abort);
    else queueMicrotask(abort);
    try {
      await fn(controller.signal);
      return true;
    } catch (error) {
      if (/** @type {{ code?: unknown }} */ (error).code === 'HEDDLE_ABORTED') return false;
      throw error;
    }
  }

  /** Is busy, or lets others have a turn. */
  async dwell() {
    if (this.random.chance(0.05)) await new Promise((resolve) => setImmediate(resolve));
    else for (let i = this.random.skewed(0, 300); i > 0; i--) Math.sqrt(i);
  }
}

/** @param {unknown} condition @param {string} what */
export function must(condition, what) {
  if (!condition) throw new Error(what);
}
