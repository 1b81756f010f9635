import { Executor, type ChunkOutcome, type Future, type TaskRequest } from '@heddle/futures';
import { functionName, outcomeOf, reportError, show, watch, whenUnblocked } from '@heddle/futures/authors';
import { DecoratorBackend } from './decorator-backend.js';
import type { DecoratorReservation } from './decorator-reservation.js';

/** An event in the life of a task, as {@link traced} reports it. */
export type TaskEvent =
  | (TaskEventBase & { readonly type: 'submitted' })
  /** `value` is the result; for a chunk, a copy of its values. */
  | (TaskEventBase & { readonly type: 'finished'; readonly durationMs: number; readonly value: unknown })
  | (TaskEventBase & { readonly type: 'failed'; readonly durationMs: number; readonly error: unknown })
  | (TaskEventBase & { readonly type: 'cancelled'; readonly durationMs: number; readonly reason: unknown });

/** The properties of all events. */
export interface TaskEventBase {
  /** The same in all events of a task, and unique among the tasks of one `traced`. */
  readonly id: number;
  readonly name: string;
  /** 'call' for a submit, 'chunk' for a chunk of `map`, 'starchunk' for one of `starmap`, or 'stream'. */
  readonly kind: 'call' | 'chunk' | 'starchunk' | 'stream';
  /** The number of items of a chunk; 1 for other tasks. */
  readonly items: number;
  /** The number of the attempt, from 1, when this is beneath {@link retrying}. */
  readonly attempt: number;
  /** When it happened, in milliseconds of `performance.now()`. */
  readonly at: number;
}

/**
 * Returns the executor with a report on its tasks: `onEvent` is called when a task is submitted and when it ends. There is no event
 * for its beginning, because only the worker knows that moment.
 *
 * The order of decorators decides what is reported: `traced(retrying(executor))` reports a task once, `retrying(traced(executor))`
 * each attempt.
 *
 * @param onEvent - called synchronously, in the caller's thread; an error that it throws is reported as a warning
 *   (`HEDDLE_CALLBACK_THREW`) and has no other effect
 * @returns a view, as of `with`: shutting it down shuts down the executor
 * @throws TypeError for a wrong argument
 * @example
 * ```ts
 * import { CoroutineExecutor, traced } from '@heddle/coroutines';
 *
 * await using executor = new CoroutineExecutor();
 * const loud = traced(executor, (event) => { console.log(`${event.type} ${event.name}`); });
 * await loud.submit(async function greet() { return await Promise.resolve('hello'); });
 * ```
 */
export function traced(executor: Executor, onEvent: (event: TaskEvent) => void): Executor {
  return new Executor(new TracedBackend(executor, onEvent));
}

class TracedBackend extends DecoratorBackend {
  readonly #onEvent: (event: TaskEvent) => void;
  #count = 0;

  constructor(executor: Executor, onEvent: (event: TaskEvent) => void) {
    super('traced', executor);
    if (typeof onEvent !== 'function') throw new TypeError(`traced: onEvent must be a function, got ${show(onEvent)}`);
    this.#onEvent = onEvent;
  }

  protected override start(request: TaskRequest, reservation: DecoratorReservation): Future<unknown> {
    const { fn, options, attempt = 1 } = request;
    const isChunk = request.kind === 'chunk';
    const kind: TaskEvent['kind'] = isChunk && request.spread ? 'starchunk' : request.kind;
    const items = isChunk ? request.items.length : 1;
    const base = { id: ++this.#count, name: options.name ?? functionName(fn), kind, items, attempt };
    const startedAt = performance.now();
    this.#tell({ ...base, at: startedAt, type: 'submitted' });
    let future;
    try {
      future = reservation.schedule(request);
    } catch (error) {
      const at = performance.now();
      this.#tell({ ...base, at, durationMs: at - startedAt, type: 'failed', error });
      throw error;
    }
    watch(future, (done) => {
      const at = performance.now();
      this.#tell({ ...base, at, durationMs: at - startedAt, ...ending(done, isChunk) });
    });
    return future;
  }

  #tell(event: TaskEvent): void {
    whenUnblocked(() => {
      try {
        this.#onEvent(event);
      } catch (error) {
        reportError(`onEvent of traced threw at "${event.type}" of task "${event.name}"`, 'HEDDLE_CALLBACK_THREW', error);
      }
    });
  }
}

type Ending = { type: 'finished'; value: unknown } | { type: 'failed'; error: unknown } | { type: 'cancelled'; reason: unknown };

/** How a task ended. A chunk with a failure has failed. */
function ending(future: Future<unknown>, isChunk: boolean): Ending {
  const { failed, value } = outcomeOf(future);
  if (future.cancelled()) return { type: 'cancelled', reason: (value as Error).cause };
  if (failed) return { type: 'failed', error: value };
  if (!isChunk) return { type: 'finished', value };
  const { values, failure } = value as ChunkOutcome;
  return failure === undefined ? { type: 'finished', value: Array.from(values) } : { type: 'failed', error: failure.error };
}
