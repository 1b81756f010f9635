import { Executor, type ChunkOutcome, type Future, type TaskRequest } from '@heddle/futures';
import { nameOf, outcomeOf, reportError, show, watch, whenUnblocked } from '@heddle/futures/authors';
import { DecoratorBackend } from './executor-decorator.js';
import type { Hold } from './hold.js';

/** What {@link traced} tells of a task. */
export type TaskEvent =
  | (TaskEventBase & { readonly type: 'submitted' })
  /** `value`: of a chunk, a copy of its values. */
  | (TaskEventBase & { readonly type: 'finished'; readonly durationMs: number; readonly value: unknown })
  | (TaskEventBase & { readonly type: 'failed'; readonly durationMs: number; readonly error: unknown })
  | (TaskEventBase & { readonly type: 'cancelled'; readonly durationMs: number; readonly reason: unknown });

/** What all events have. */
export interface TaskEventBase {
  /** Of this task: the same in all of its events, unique among those of one `traced`. */
  readonly id: number;
  readonly name: string;
  /** 'call', a chunk of `map` ('chunk') or of `starmap` ('starchunk'), or 'stream'. */
  readonly kind: 'call' | 'chunk' | 'starchunk' | 'stream';
  /** How many items a chunk has; 1 for others. */
  readonly items: number;
  /** Which run of the task it is, beneath {@link retrying}. */
  readonly attempt: number;
  /** When it happened, by `performance.now()`. */
  readonly at: number;
}

/**
 * The same executor, which tells what becomes of its tasks: that they were submitted, and how they ended. When a worker begins
 * with one is not told: only workers know.
 *
 * Where it stands among other decorators says what it sees: `traced(retrying(executor))` sees a task once, `retrying(traced(executor))`
 * each attempt.
 *
 * @param onEvent - called at once, in the caller's thread; what it throws is reported (`HEDDLE_CALLBACK_THREW`), and does no harm
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

  protected override start(request: TaskRequest, hold: Hold): Future<unknown> {
    const { fn, options, attempt = 1 } = request;
    const isChunk = request.kind === 'chunk';
    const kind: TaskEvent['kind'] = isChunk && request.spread ? 'starchunk' : request.kind;
    const items = isChunk ? request.items.length : 1;
    const base = { id: ++this.#count, name: options.name ?? nameOf(fn), kind, items, attempt };
    const startedAt = performance.now();
    this.#tell({ ...base, at: startedAt, type: 'submitted' });
    let future;
    try {
      future = hold.schedule(request);
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

/** How a task ended; a chunk that has a failure has failed. */
function ending(future: Future<unknown>, isChunk: boolean): Ending {
  const { failed, value } = outcomeOf(future);
  if (future.cancelled()) return { type: 'cancelled', reason: (value as Error).cause };
  if (failed) return { type: 'failed', error: value };
  if (!isChunk) return { type: 'finished', value };
  const { values, failure } = value as ChunkOutcome;
  return failure === undefined ? { type: 'finished', value: Array.from(values) } : { type: 'failed', error: failure.error };
}
