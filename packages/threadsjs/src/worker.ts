/**
 * The runner: what a worker of threads.js exposes so that any function can run there.
 *
 * @packageDocumentation
 */
import { Transfer } from 'threads/worker';
import { internalFrames } from '@heddle/futures/worker';
import type { Answer, CallMessage, Note } from './calls/protocol.js';
import { runCall, takeNote } from './calls/run-call.js';

internalFrames.add(import.meta.url, 'threadsjs/dist/bundle/');

/** What an observable gives to those who subscribe, as far as threads.js uses it. */
interface Answers {
  subscribe(next: (answer: unknown) => void, error: (error: unknown) => void, complete: () => void): { unsubscribe(): void };
}

/** The functions that a `ThreadsJsExecutor` calls in a worker. */
export interface Runner {
  /** Runs a task. @internal */
  heddleRun(message: CallMessage): Answers;
  /** Tells a running task something. @internal */
  heddleTell(id: string, note: Note): Promise<void>;
}

/**
 * Runs any function for a `ThreadsJsExecutor`. A worker exposes it alone, or together with its own functions:
 * `expose({ ...runner, resize })`.
 *
 * @example
 * ```ts
 * import { runner } from '@heddle/threadsjs/worker';
 * import { expose } from 'threads/worker';
 *
 * expose(runner);
 * ```
 */
export const runner: Runner = {
  heddleRun: (message) => ({
    subscribe: (next, _error, complete) => {
      const emit = (answer: Answer, transfer?: readonly object[]): void => {
        next(transfer === undefined ? answer : Transfer(answer, transfer));
      };
      void runCall(message, emit).then(complete);
      return { unsubscribe: () => undefined }; // an abort is a note of its own
    },
  }),
  heddleTell: takeNote,
};
