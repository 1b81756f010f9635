import { TimeoutError } from '@heddle/futures/errors';
import type { WaitLimits } from './wait-limits.js';

/**
 * Keeps something held until the end of a block: `using held = await lock.hold();`
 *
 * @example
 * ```ts
 * import { Lock } from '@heddle/sync';
 *
 * const lock = new Lock();
 * using held = await lock.hold(); // a Hold: it releases the lock at the end of the block
 * ```
 */
export class Hold implements Disposable {
  #release: (() => void) | undefined;

  constructor(release: () => void) {
    this.#release = release;
  }

  /** Releases it. Later calls do nothing. */
  [Symbol.dispose](): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}

interface Holdable {
  acquire(options?: WaitLimits): Promise<boolean>;
  acquireSync(timeoutMs?: number): boolean;
  release(): void;
}

/** @throws (as a rejection) TimeoutError */
export async function held(object: Holdable, method: string, options: WaitLimits | undefined): Promise<Hold> {
  if (!(await object.acquire(options))) throw tooLong(method, options?.timeoutMs);
  return new Hold(() => {
    object.release();
  });
}

/** @throws TimeoutError */
export function heldSync(object: Holdable, method: string, timeoutMs: number | undefined): Hold {
  if (!object.acquireSync(timeoutMs)) throw tooLong(method, timeoutMs);
  return new Hold(() => {
    object.release();
  });
}

function tooLong(method: string, timeoutMs: number | undefined): TimeoutError {
  return new TimeoutError(`${method} waited for longer than ${String(timeoutMs)} ms`);
}
