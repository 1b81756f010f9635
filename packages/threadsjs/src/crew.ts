/**
 * A crew lends threads to the backend, one loan for each task that may run at once. The backend asks for no more loans than the crew's
 * capacity; what it has beyond waits in its own queue, where it can be cancelled.
 *
 *   backend ──lend(borrower)──▶ crew ──use(thread)──▶ backend runs its next task ──done──▶ the thread is free
 */
import type { ThreadHandle } from './thread-handle.js';

/** Who asks for a thread. */
export interface Borrower {
  /** Uses a thread until the promise resolves. The promise never rejects. */
  use(thread: ThreadHandle): Promise<void>;
  /** There is no thread for it: `failure` may say why. */
  fail(): void;
}

/** What a crew tells the backend. */
export interface CrewEvents {
  /** The capacity has changed, or the crew has failed. */
  changed(): void;
  /** A worker has ended. */
  ended(thread: ThreadHandle): void;
}

export interface Crew {
  /** How many loans there can be at once. 0 when no worker is left. */
  readonly capacity: number;
  /** How many workers are being started. */
  readonly starting: number;
  readonly workers: number;
  /** Why the crew can lend no thread any more. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Asks for a thread. */
  lend(borrower: Borrower): void;
  /** Ends all workers. */
  terminate(): Promise<void>;
  /** Takes away what was added to the workers. */
  release(): void;
}

/** Starts a worker in place of one that has ended. */
export type SpawnThread = () => Promise<object>;
