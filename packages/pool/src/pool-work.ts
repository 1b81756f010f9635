/**
 * The work that a pool has under way, over any Executor:
 *
 *   apply, map ─▶ CallController ── tasks ──▶ executor
 *   imap       ─▶ ImapIterator ──── chunks ─▶ a reservation of it
 *                   ▲ both are kept here until they are over: join waits for them, terminate stops their tasks
 */
import { inspect } from 'node:util';
import {
  CancelledError,
  InvalidStateError,
  ShutdownError,
  type AnyFunction,
  type Backend,
  type Executor,
  type Future,
  type Sliceable,
} from '@heddle/futures';
import { backendOf, cancellationOf, followSignal, scopeSignal, show } from '@heddle/futures/authors';
import { CallController } from './call-controller.js';
import { chunkSizeFor } from './chunk-size.js';
import { ImapIterator } from './imap-iterator.js';
import { argumentLists, valueOfTask, valuesOfChunks, type TaskOutcomes } from './outcomes.js';
import type { ImapOptions } from './pool-options.js';

/** How many items an imap reads ahead, at least. */
const readAhead = 1024;

export class PoolWork {
  readonly #executor: Executor;
  readonly #backend: Backend;
  readonly #calls = new Set<CallController>();
  readonly #imaps = new Set<ImapIterator>();
  #state: 'running' | 'closed' | 'terminated' = 'running';

  /** The text that `console.log` shows for the executor. */
  get shown(): string {
    return inspect(this.#executor);
  }

  constructor(executor: Executor) {
    this.#executor = executor;
    this.#backend = backendOf(executor);
  }

  apply(where: string, fn: AnyFunction, args: readonly unknown[]): CallController {
    this.#check(where, fn);
    if (!Array.isArray(args)) throw new TypeError(`${where}: args must be an array of arguments, got ${show(args)}`);
    const scope = scopeSignal();
    if (scope?.aborted === true) return this.#cancelledCall(fn, scope);
    const task = this.#backend.schedule({ kind: 'call', fn, args, options: {} });
    return this.#call(fn, [task], valueOfTask, scope);
  }

  map(where: string, spread: boolean, fn: AnyFunction, items: Iterable<unknown>, chunkSize: number | undefined): CallController {
    this.#check(where, fn);
    if (!isIterable(items, Symbol.iterator)) {
      const hint = isIterable(items, Symbol.asyncIterator) ? ', which is read as it comes: imap takes it' : '';
      throw new TypeError(`${where}: items must be iterable, got ${show(items)}${hint}`);
    }
    const scope = scopeSignal();
    if (scope?.aborted === true) return this.#cancelledCall(fn, scope);
    let taken: Sliceable;
    try {
      taken = this.#backend.snapshot(spread ? argumentLists(where, items) : [...items], spread);
    } catch (error) {
      // A value that cannot travel, or an error of the iterable, is reported where the result is awaited.
      return this.#call(fn, [], () => {
        throw error;
      });
    }
    const size = chunkSize ?? chunkSizeFor(taken.length, this.#executor.parallelism);
    const each = this.#backend.snapshotFunction(fn);
    const tasks: Future<unknown>[] = [];
    const reservation = this.#backend.reserve(() => undefined); // gives all chunks one place of submit, that of the call
    for (let at = 0; at < taken.length; at += size) {
      const chunk = taken.slice(at, Math.min(at + size, taken.length));
      tasks.push(reservation.schedule({ kind: 'chunk', fn: each, items: chunk, spread, options: {} }));
    }
    reservation.close();
    return this.#call(fn, tasks, valuesOfChunks, scope);
  }

  imap(
    where: string,
    fn: AnyFunction,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    { chunkSize = 1, bufferSize }: ImapOptions,
    ordered: boolean,
  ): ImapIterator {
    this.#check(where, fn);
    if (!isIterable(items, Symbol.iterator) && !isIterable(items, Symbol.asyncIterator)) {
      throw new TypeError(`${where}: items must be iterable, got ${show(items)}`);
    }
    const enough = Math.max(readAhead, 4 * chunkSize * this.#executor.parallelism);
    const imap = new ImapIterator(this.#backend, { fn, items, chunkSize, bufferSize: bufferSize ?? enough, ordered }, () =>
      this.#imaps.delete(imap),
    );
    this.#imaps.add(imap);
    imap.start();
    return imap;
  }

  close(): void {
    if (this.#state !== 'running') return;
    this.#state = 'closed';
    void this.#executor.shutdown({ wait: false });
  }

  async join(): Promise<void> {
    if (this.#state === 'running') throw new InvalidStateError('join: the pool is still running; call close() first, or terminate()');
    for (const imap of this.#imaps) imap.readAll();
    await this.#executor.shutdown();
    await this.#settled();
  }

  /** @returns a promise that resolves when the workers have ended */
  async terminate(): Promise<void> {
    this.#state = 'terminated';
    const reason = new ShutdownError('the pool was terminated');
    const tasks = [...this.#calls, ...this.#imaps].flatMap((each) => [...each.tasks]);
    for (const imap of this.#imaps)
      imap.stop({ error: new CancelledError('imap: the pool was terminated before all items had run', { cause: reason }) });
    for (const task of tasks) task.cancel(reason); // before the abort, or waiting tasks would have ended workers replaced
    void this.#executor.shutdown({ wait: false, cancelFutures: true });
    for (const task of tasks) void task.abort(reason, { graceMs: 0 });
    // Only the executor knows the nested tasks, so it ends the workers.
    await (mayKill(this.#executor) ? this.#executor.killWorkers() : this.#executor.shutdown());
    await this.#settled();
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#calls].map(({ settled }) => settled));
  }

  #check(where: string, fn: AnyFunction): void {
    if (typeof fn !== 'function') throw new TypeError(`${where}: the task must be a function, got ${show(fn)}`);
    if (this.#state !== 'running') throw new ShutdownError(`${where}: the pool is not running: it was ${this.#state}; make a new one`);
  }

  /**
   * @param scope - the signal of the cancellation scope of the caller. The call belongs to the scope, as a task that is
   *   submitted to an executor does
   */
  #call(
    fn: AnyFunction,
    tasks: readonly Future<unknown>[],
    valueOf: (outcomes: TaskOutcomes) => unknown,
    scope?: AbortSignal,
  ): CallController {
    const call = new CallController(fn.name || 'anonymous', tasks, valueOf);
    this.#calls.add(call);
    void call.settled.then(() => this.#calls.delete(call));
    followSignal(call.future, scope);
    return call;
  }

  /** Makes the call of a cancelled scope, which runs nothing. */
  #cancelledCall(fn: AnyFunction, scope: AbortSignal): CallController {
    const call = this.#call(fn, [], () => undefined);
    call.setCancelled(cancellationOf(scope));
    return call;
  }
}

function mayKill(executor: Executor): executor is Executor & { killWorkers(): Promise<void> } {
  return 'killWorkers' in executor;
}

function isIterable(items: unknown, symbol: typeof Symbol.iterator | typeof Symbol.asyncIterator): boolean {
  return typeof (items as Partial<Record<symbol, unknown>> | null | undefined)?.[symbol] === 'function';
}
