import type { ChunkOutcome, Future, PushItems, Sliceable, StreamRequest, TaskRequest } from '@heddle/futures';
import { isThenable, outcomeOf } from '@heddle/futures/authors';
import type { DecoratorReservation } from './decorator-reservation.js';
import { DecoratorTask } from './decorator-task.js';

/**
 * A decorator's task that may run again after it failed, on the same executor or on another one.
 *
 *   innerEnded ─┬─ a value ──▶ settled with it
 *               └─ an error ──▶ attemptFailed ─┬─ runs again: a chunk from the item that failed
 *                                              └─ failForGood: settled with the error
 *
 * A task that was cancelled or aborted does not run again, nor does a stream that has yielded values.
 */
export abstract class RepeatableTask extends DecoratorTask {
  /** Of a chunk: the values of the items before the one that failed. */
  readonly #values: unknown[] = [];
  /** Of a chunk: the items that have no value yet. */
  #rest: Sliceable | undefined;
  #elapsedMs = 0;
  #hasYielded = false;
  #isGivenUp = false;
  /** Settles with the last failure, while it is not decided whether the task runs again. */
  #fail: (() => void) | undefined;

  constructor(request: TaskRequest, reservation: DecoratorReservation) {
    super(request, reservation);
    if (request.kind === 'chunk') this.#rest = request.items;
  }

  /**
   * An attempt failed. Runs the task again, or calls {@link failForGood}.
   *
   * @param isSame - whether the same item failed as before; true when the task is not a chunk
   */
  protected abstract attemptFailed(error: unknown, isSame: boolean): void;

  override giveUp(error: unknown): void {
    this.#isGivenUp = true;
    if (this.#fail === undefined || this.inners.size > 0) super.giveUp(error);
    else this.failForGood();
  }

  /** The request for the given attempt; of a chunk, without the items that have a value. */
  protected nextRequest(attempt: number): TaskRequest {
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

  /** Settles with the last failure. */
  protected failForGood(): void {
    const fail = this.#fail;
    this.#fail = undefined;
    if (!this.future.done()) fail?.();
  }

  /** Runs again if the user's function says so. When that throws, the task fails with both errors. */
  protected runAgainIf(where: string, error: unknown, decide: () => boolean | PromiseLike<boolean>, runAgain: () => void): void {
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
      const again = decide();
      if (isThenable(again)) Promise.resolve(again).then(decided).catch(threw);
      else decided(again);
    } catch (thrown) {
      threw(thrown);
    }
  }

  protected override innerEnded(inner: Future<unknown>): void {
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
    if (isUnwanted || this.#isGivenUp || this.#hasYielded) this.failForGood();
    else this.attemptFailed(error, isSame);
  }

  /** Receives a stream's values, and notes that there were some. */
  #watchedPush({ push }: StreamRequest): PushItems {
    return (items) => {
      this.#hasYielded = true;
      return push(items);
    };
  }
}
