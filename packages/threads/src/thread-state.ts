/** What this realm knows of threads; all copies of the package share it. */
import { shared } from '@heddle/serialization/worker';
import type { AnyThread, ThreadFailure } from './any-thread.js';
import type { ThreadFacts, ThreadPlace } from './thread-registry.js';

/** A worker that was started here. */
export interface StartedWorker {
  readonly place: ThreadPlace;
  readonly ident: number;
  /** Whether the program must not end before it. */
  readonly isNeeded: boolean;
  /** Whether it is gone, though nobody has told yet. */
  isGone(): boolean;
  /** This thread's event loop goes on as long as it does. */
  hold(): void;
}

interface ThreadState {
  /** The thread that runs here, when Heddle started it. */
  here: { readonly place: ThreadPlace; readonly facts: ThreadFacts } | undefined;
  /** What stands for threads here, by serial: the Thread itself where it was started. */
  readonly known: Map<number, AnyThread>;
  readonly started: Set<StartedWorker>;
  /** Told when the worker of this thread has become needed for what it has started, or is not any more. */
  onNeeded: (() => void) | undefined;
  /** Tells the starter of this thread of a failure in one that was started here. */
  reportUp: ((failure: ThreadFailure) => void) | undefined;
}

export const threadState: ThreadState = shared('threads', () => ({
  here: undefined,
  known: new Map(),
  started: new Set(),
  onNeeded: undefined,
  reportUp: undefined,
}));
