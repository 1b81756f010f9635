import type { Monitor } from './core/monitor.js';

/** What a Condition needs of its lock. */
export interface Guard {
  readonly monitor: Monitor;
  /** Whether who asks holds it. */
  isOwned(): boolean;
  /** Releases it, however often it was taken. @returns what takeAgain needs */
  letGo(): unknown;
  /** Takes it as it was, however long that takes. @throws (as a rejection) AbandonedLockError */
  takeAgain(before: unknown): Promise<void>;
  /** As `takeAgain`, and blocks. */
  takeAgainSync(method: string, before: unknown): void;
}
