import { defer } from '#platform';
import type { AnyFunction, PushItems } from '../executor/task-request.js';
import { show } from '../helpers/options.js';
import { reportError } from '../helpers/report.js';
import { isThenable } from '../helpers/thenable.js';

/** How many values may wait while a batch is on its way. */
const batchSize = 16;
/** How often a generator that never awaits yields to the event loop, in milliseconds. Otherwise it could not be stopped. */
const sliceMs = 5;

const same = <T>(promise: PromiseLike<T>): PromiseLike<T> => promise;

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;

/**
 * Runs a generator for a consumer elsewhere, up to its end, its error or an abort. This is how a request of kind 'stream' runs. For
 * authors of executors.
 *
 * @param fn - returns an iterable or an async iterable
 * @param push - takes the yielded values
 * @param signal - stops the generator: its `finally` runs
 * @param whileStanding - is called with each promise that the generator waits for while it is paused; returns that promise or one like it
 * @returns a promise of the generator's return value
 * @throws the generator's error, after all values that it yielded were pushed; the signal's reason after an abort
 */
export async function runStream(
  fn: AnyFunction,
  push: PushItems,
  args: readonly unknown[],
  signal: AbortSignal,
  whileStanding: <T>(promise: PromiseLike<T>) => PromiseLike<T> = same,
): Promise<unknown> {
  const iterator = iteratorOf(await (fn as (...args: unknown[]) => unknown)(...args), fn.name);
  const batches = new Batches(push);
  const abortable = new Abortable(signal);
  let isWhole = false;
  try {
    let since = performance.now();
    for (;;) {
      let step = iterator.next();
      if (isThenable(step)) {
        step = await abortable.wait(step as PromiseLike<IteratorResult<unknown>>);
      } else if (performance.now() - since > sliceMs) {
        await abortable.wait(
          new Promise<void>((resolve) => {
            defer(resolve);
          }),
        );
        since = performance.now();
      }
      if (step.done === true) {
        isWhole = true;
        batches.flush();
        return step.value;
      }
      batches.add(step.value);
      while (batches.isFull) {
        await abortable.wait(whileStanding(batches.pushing ?? Promise.resolve()));
        since = performance.now();
      }
    }
  } catch (error) {
    if (signal.aborted || batches.hasFailed) await close(iterator);
    else if (!isWhole) batches.flush(); // the generator's own error: the values before it come first
    throw error;
  } finally {
    abortable.dispose();
  }
}

/** Waits that an abort ends. There is one wait at a time, and it leaves no listener behind. */
class Abortable {
  readonly #signal: AbortSignal;
  #reject: ((reason: unknown) => void) | undefined;
  readonly #onAbort = (): void => {
    this.#reject?.(this.#signal.reason);
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  wait<T>(promise: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject;
      if (this.#signal.aborted) this.#onAbort();
      promise.then(resolve, reject);
    });
  }

  dispose(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

/** The values on their way to the consumer: one batch travels while the next one fills. */
class Batches {
  readonly #push: PushItems;
  #items: unknown[] = [];
  #failure: { readonly error: unknown } | undefined;
  /** The batch that is on its way. */
  pushing: Promise<void> | undefined;

  constructor(push: PushItems) {
    this.#push = push;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  get isFull(): boolean {
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#items.length >= batchSize;
  }

  add(item: unknown): void {
    this.#items.push(item);
    if (this.pushing === undefined) this.#send();
  }

  /** Sends the rest, even if there is no room. It is never more than one batch. */
  flush(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#items.length > 0) this.#send();
    if (this.hasFailed) this.flush();
  }

  #send(): void {
    const items = this.#items;
    this.#items = [];
    let room: PromiseLike<unknown> | undefined;
    try {
      room = this.#pushEach(items);
    } catch (error) {
      this.#failure = { error };
      return;
    }
    const pushing = Promise.resolve(room).then(
      () => {
        if (this.pushing !== pushing) return;
        this.pushing = undefined;
        if (this.#items.length > 0 && !this.hasFailed) this.#send();
      },
      (error: unknown) => {
        this.#failure ??= { error };
      },
    );
    this.pushing = pushing;
  }

  /** A value that cannot travel must not hold back the values before it. */
  #pushEach(items: readonly unknown[]): PromiseLike<unknown> | undefined {
    try {
      return this.#push(items);
    } catch (error) {
      if (items.length === 1) throw error;
    }
    let room: PromiseLike<unknown> | undefined;
    for (const item of items) room = this.#push([item]);
    return room;
  }
}

async function close(iterator: AnyIterator): Promise<void> {
  try {
    await iterator.return?.();
  } catch (error) {
    reportError('the generator of a stream threw while it was stopped', 'HEDDLE_CALLBACK_THREW', error);
  }
}

function iteratorOf(value: unknown, name: string): AnyIterator {
  const iterable = value as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
  if (typeof iterable?.[Symbol.asyncIterator] === 'function') return (iterable as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  if (typeof iterable?.[Symbol.iterator] === 'function') return (iterable as Iterable<unknown>)[Symbol.iterator]();
  throw new TypeError(
    `stream: ${name === '' ? 'the function' : `"${name}"`} must return something to iterate (be a generator, say), got ${show(value)}`,
  );
}
