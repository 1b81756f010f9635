/** The state of threads in this realm. All copies of the package share it. */
import { shared } from '@heddle/serialization/worker';
import type { AnyThread, ThreadFailure } from './any-thread.js';
import type { ThreadFacts, ThreadPlace } from './thread-registry.js';

/** A worker that this thread has started. */
export interface StartedWorker {
  readonly place: ThreadPlace;
  readonly ident: number;
  /** Whether the program must not end before it. */
  readonly isNeeded: boolean;
  /** Returns whether the worker is gone, even when no event has reported its end yet. */
  isGone(): boolean;
  /** Keeps this thread's event loop running as long as the worker lives. */
  hold(): void;
}

interface ThreadState {
  /** The thread that runs here, when Heddle started it. */
  here: { readonly place: ThreadPlace; readonly facts: ThreadFacts } | undefined;
  /** The objects that represent threads here, by serial. Where a thread was started, it is the Thread itself. */
  readonly known: Map<number, AnyThread>;
  readonly started: Set<StartedWorker>;
  /** Called when the threads started here begin, or cease, to need the worker of this thread. */
  onNeeded: (() => void) | undefined;
  /** Reports to the starter of this thread a failure in a thread that was started here. */
  reportUp: ((failure: ThreadFailure) => void) | undefined;
}

export const threadState: ThreadState = shared('threads', () => ({
  here: undefined,
  known: new Map(),
  started: new Set(),
  onNeeded: undefined,
  reportUp: undefined,
}));
