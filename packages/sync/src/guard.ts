import type { Monitor } from './core/monitor.js';

/** The operations that a Condition needs of its lock. */
export interface Guard {
  readonly monitor: Monitor;
  /** Tells whether the caller holds the lock. */
  isOwned(): boolean;
  /** Releases the lock completely, however many times it was taken. @returns the argument for `takeAgain` */
  letGo(): unknown;
  /** Takes the lock as it was before, however long that takes. @throws (as a rejection) AbandonedLockError */
  takeAgain(before: unknown): Promise<void>;
  /** Takes the lock as `takeAgain` does, and blocks the thread. */
  takeAgainSync(method: string, before: unknown): void;
}
