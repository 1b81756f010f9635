import type { ChunkOutcome, Future, PushItems, Sliceable, StreamRequest, TaskRequest } from '@heddle/futures';
import { isThenable, outcomeOf } from '@heddle/futures/authors';
import type { Hold } from './hold.js';
import { OuterTask } from './outer-task.js';

/**
 * A decorator's task that may run again when it fails, here or elsewhere.
 *
 *   ended ─┬─ a value ──▶ settled with it
 *          └─ an error ──▶ failedOnce ─┬─ runAgain: of a chunk, what is left from the item that failed
 *                                      └─ failForGood: settled with it
 *
 * What was cancelled or aborted on somebody's wish doesn't run again, nor does a stream that has given values.
 */
export abstract class RepeatableTask extends OuterTask {
  /** What a chunk's items gave before the one that failed. */
  readonly #values: unknown[] = [];
  /** Of a chunk: the items that are to be run. */
  #rest: Sliceable | undefined;
  #elapsedMs = 0;
  #hasGiven = false;
  #isGivenUp = false;
  /** Settles with the failure that is being judged. */
  #fail: (() => void) | undefined;

  constructor(request: TaskRequest, hold: Hold) {
    super(request, hold);
    if (request.kind === 'chunk') this.#rest = request.items;
  }

  /**
   * It failed.
   *
   * @param isSame - whether that was the item which had failed before, or there are no items
   */
  protected abstract failedOnce(error: unknown, isSame: boolean): void;

  override giveUp(error: unknown): void {
    this.#isGivenUp = true;
    if (this.#fail === undefined || this.inners.size > 0) super.giveUp(error);
    else this.failForGood();
  }

  /** What is to be run now, as the given attempt. */
  protected rest(attempt: number): TaskRequest {
    const { request } = this;
    switch (request.kind) {
      case 'call':
        return { ...request, attempt };
      case 'chunk':
        return { ...request, items: this.#rest ?? request.items, attempt };
      case 'stream':
        return { ...request, push: this.#watchedPush(request), attempt };
    }
  }

  /** Settles with the failure that was told last. */
  protected failForGood(): void {
    const fail = this.#fail;
    this.#fail = undefined;
    if (!this.future.done()) fail?.();
  }

  /** Asks the user's function whether it runs again. When that throws, both errors are told. */
  protected ask(where: string, error: unknown, judge: () => boolean | PromiseLike<boolean>, runAgain: () => void): void {
    const decided = (again: boolean): void => {
      if (this.future.done()) return;
      if (again && !this.#isGivenUp) runAgain();
      else this.failForGood();
    };
    const threw = (thrown: unknown): void => {
      if (this.future.done()) return;
      const message = `${where} threw, asked about the error of task "${this.name}"; both errors are in errors`;
      this.setException(new AggregateError([error, thrown], message));
    };
    try {
      const verdict = judge();
      if (isThenable(verdict)) Promise.resolve(verdict).then(decided).catch(threw);
      else decided(verdict);
    } catch (thrown) {
      threw(thrown);
    }
  }

  protected override ended(inner: Future<unknown>): void {
    const { failed, value } = outcomeOf(inner);
    if (failed) {
      this.#failed(inner, value, true, () => {
        this.settleAs(inner);
      });
    } else if (this.request.kind === 'chunk') {
      this.#chunkEnded(inner, value as ChunkOutcome);
    } else {
      this.setResult(value);
    }
  }

  #chunkEnded(inner: Future<unknown>, { values, failure, elapsedMs }: ChunkOutcome): void {
    this.#elapsedMs += elapsedMs;
    if (failure === undefined && this.#values.length === 0) {
      this.setResult({ values, elapsedMs: this.#elapsedMs });
      return;
    }
    for (const value of Array.from(values)) this.#values.push(value);
    const settle = (): void => {
      this.setResult({ values: this.#values, failure, elapsedMs: this.#elapsedMs } satisfies ChunkOutcome);
    };
    if (failure === undefined) {
      settle();
      return;
    }
    this.#rest = this.#rest?.slice(values.length, this.#rest.length);
    this.#failed(inner, failure.error, values.length === 0, settle);
  }

  #failed(inner: Future<unknown>, error: unknown, isSame: boolean, fail: () => void): void {
    this.#fail = fail;
    const isUnwanted = inner.cancelled() || this.isAborting || this.request.options.signal?.aborted === true;
    if (isUnwanted || this.#isGivenUp || this.#hasGiven) this.failForGood();
    else this.failedOnce(error, isSame);
  }

  /** What takes a stream's values; notes when there is one. */
  #watchedPush({ push }: StreamRequest): PushItems {
    return (items) => {
      this.#hasGiven = true;
      return push(items);
    };
  }
}
