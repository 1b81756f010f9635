import { FutureController, type Future } from '@heddle/futures';
import type { TaskOutcomes } from './outcomes.js';

/**
 * The one future of a call that runs as several tasks. It settles when all of them have (CPython's MapResult): a task
 * that fails stops none of the others.
 */
export class CallController extends FutureController<unknown> {
  /** Called with the outcome once the future is settled. */
  tell: ((outcome: PromiseSettledResult<unknown>) => void) | undefined;
  /** Resolves when the future is settled and `tell` has been called. */
  readonly settled: Promise<void>;
  /** Released when the call is settled, since the tasks hold the values. */
  #tasks: readonly Future<unknown>[];

  /**
   * @param name - the name of the function
   * @param valueOf - makes the call's value from the outcomes, or throws its error
   */
  constructor(name: string, tasks: readonly Future<unknown>[], valueOf: (outcomes: TaskOutcomes) => unknown) {
    super(name);
    this.#tasks = tasks;
    this.settled = Promise.allSettled(tasks).then((outcomes) => {
      this.#tasks = [];
      if (this.future.done()) return; // the call was cancelled
      const outcome = callAndSettle(() => valueOf(outcomes));
      if (outcome.status === 'fulfilled') this.setResult(outcome.value);
      else this.setException(outcome.reason);
      this.tell?.(outcome);
    });
  }

  /** The tasks that are not settled, and perhaps some that are. */
  get tasks(): readonly Future<unknown>[] {
    return this.#tasks;
  }

  /** The call runs when one of its tasks has begun. */
  override refresh(): void {
    if (this.#tasks.some(({ state }) => state !== 'pending')) this.setRunningOrNotifyCancel();
  }

  /** Called while, as far as this side knows, no task has begun. */
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
