import { FutureController, type Future } from '@heddle/futures';
import type { TaskOutcomes } from './outcomes.js';

/**
 * The one future of a call that runs as several tasks. It is done when all of them are (CPython's MapResult): a task that
 * fails stops none of the others.
 */
export class CallController extends FutureController<unknown> {
  /** Told of the outcome once the future is done. */
  tell: ((outcome: PromiseSettledResult<unknown>) => void) | undefined;
  /** Resolves when the future is done, and those who are to be told have been. */
  readonly settled: Promise<void>;
  /** Let go once settled: they hold the values. */
  #tasks: readonly Future<unknown>[];

  /**
   * @param name - of the function
   * @param valueOf - makes the call's value of the outcomes, or throws its error
   */
  constructor(name: string, tasks: readonly Future<unknown>[], valueOf: (outcomes: TaskOutcomes) => unknown) {
    super(name);
    this.#tasks = tasks;
    this.settled = Promise.allSettled(tasks).then((outcomes) => {
      this.#tasks = [];
      if (this.future.done()) return; // cancelled
      const outcome = callAndSettle(() => valueOf(outcomes));
      if (outcome.status === 'fulfilled') this.setResult(outcome.value);
      else this.setException(outcome.reason);
      this.tell?.(outcome);
    });
  }

  /** Those that are not done, and perhaps some that are. */
  get tasks(): readonly Future<unknown>[] {
    return this.#tasks;
  }

  /** The call runs when one of its tasks has begun. */
  override refresh(): void {
    if (this.#tasks.some(({ state }) => state !== 'pending')) this.setRunningOrNotifyCancel();
  }

  /** Asked while none has begun, as far as one can know. */
  override onCancel(reason: unknown): boolean {
    return this.#tasks.map((task) => task.cancel(reason)).every(Boolean);
  }

  override async onAbort(reason: unknown, graceMs: number): Promise<boolean> {
    const stopped = await Promise.all(this.#tasks.map((task) => task.abort(reason, { graceMs })));
    await this.settled;
    return stopped.includes(true);
  }
}

function callAndSettle(valueOf: () => unknown): PromiseSettledResult<unknown> {
  try {
    return { status: 'fulfilled', value: valueOf() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}
