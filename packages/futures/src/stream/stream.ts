/**
 * The caller's end of one `stream`: a generator that runs on a worker.
 *
 *   generator ─▶ batch ──push(items)──▶ buffer ──next()──▶ consumer
 *                  ▲                       │
 *                  └──── credit: push resolves once the buffer has room
 *
 * The generator runs ahead of its consumer by as many values as the buffer and one batch hold. Then it pauses.
 */
import type { Backend } from '../executor/backend.js';
import { markItems } from '../executor/items.js';
import type { AnyFunction } from '../executor/task-request.js';
import type { Future } from '../future/future.js';
import { outcomeOf, watch } from '../future/other-copies.js';
import { Fifo } from '../helpers/fifo.js';
import { scheduleInScope } from '../scope/schedule-in-scope.js';
import type { StreamResults } from './stream-results.js';

/** The generator may send its next batch while at most this number of values wait for the consumer. */
const lowWater = 8;

interface Waiter {
  readonly resolve: (result: IteratorResult<unknown, unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** The buffer that the worker fills and the consumer empties. The executor refers to it; it never refers to the consumer. */
class StreamRun {
  readonly #buffer = new Fifo<unknown>();
  readonly #waiters = new Fifo<Waiter>();
  #roomMade: (() => void) | undefined;
  #future: Future<unknown> | undefined;
  /** Whether the consumer has left, or has seen the end. */
  #isOver = false;
  #isLookedAt = false;

  readonly push = (items: readonly unknown[]): Promise<void> | undefined => {
    if (this.#isOver) return undefined;
    for (const item of items) this.#buffer.push(item);
    this.#serve();
    if (this.#buffer.length <= lowWater) return undefined;
    return new Promise((resolve) => {
      this.#roomMade = resolve;
    });
  };

  follow(future: Future<unknown>): void {
    this.#future = future;
    watch(future, () => {
      this.#serve();
    });
  }

  next(): Promise<IteratorResult<unknown, unknown>> {
    this.#look();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#serve();
    });
  }

  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#look();
    this.#buffer.clear();
    this.#serve();
    const future = this.#future;
    this.#giveRoom();
    if (future === undefined || future.done() || future.cancel()) return;
    await future.abort('the consumer of the stream has left');
  }

  /** Called when the consumer asks for a value. An error that reaches the consumer is not one that nobody looked at. */
  #look(): void {
    if (this.#isLookedAt) return;
    this.#isLookedAt = true;
    this.#future?.then(undefined, () => undefined);
  }

  #serve(): void {
    while (this.#waiters.length > 0) {
      if (this.#buffer.length > 0) {
        this.#waiters.shift()?.resolve({ done: false, value: this.#buffer.shift() });
      } else if (this.#isOver) {
        this.#waiters.shift()?.resolve({ done: true, value: undefined });
      } else if (this.#future?.done() === true) {
        this.#end(this.#future);
      } else break;
    }
    if (this.#buffer.length <= lowWater) this.#giveRoom();
  }

  #giveRoom(): void {
    this.#roomMade?.();
    this.#roomMade = undefined;
  }

  #end(future: Future<unknown>): void {
    this.#isOver = true;
    const { failed, value } = outcomeOf(future);
    const first = this.#waiters.shift();
    if (failed) first?.reject(value);
    else first?.resolve({ done: true, value });
  }
}

/** Stops the stream of a consumer that was collected before the end. */
const forgotten = new FinalizationRegistry<StreamRun>((run) => void run.stop().catch(() => undefined));

class Consumer implements StreamResults<unknown> {
  readonly #run: StreamRun;

  constructor(run: StreamRun) {
    this.#run = run;
    forgotten.register(this, run);
  }

  static {
    markItems(this.prototype);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, unknown>> {
    return this.#run.next();
  }

  async return(): Promise<IteratorResult<unknown, unknown>> {
    await this.#run.stop();
    return { done: true, value: undefined };
  }

  async toArray(): Promise<unknown[]> {
    const values: unknown[] = [];
    for await (const value of this) values.push(value);
    return values;
  }
}

/** Schedules a generator. */
export function startStream(backend: Backend, fn: AnyFunction, args: readonly unknown[]): StreamResults<unknown> {
  const run = new StreamRun();
  run.follow(scheduleInScope(backend, { kind: 'stream', fn, push: run.push, args, options: {} }));
  return new Consumer(run);
}
