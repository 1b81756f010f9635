import type { CallRequest, StreamRequest } from '@heddle/futures';
import { isThenable, runStream } from '@heddle/futures/authors';
import { CoroutineTask } from './coroutine-task.js';
import { TaskRun } from './task-run.js';

/** A task that is one call: of a function, or of a generator whose values are pushed to the caller. */
export class CallTask extends CoroutineTask<CallRequest | StreamRequest> {
  #run: TaskRun | undefined;

  get isWaiting(): boolean {
    return this.#run === undefined && !this.future.done();
  }

  claim(): boolean {
    this.#run = new TaskRun(this);
    return false;
  }

  run(): void {
    const { request } = this;
    const run = this.#run;
    if (request === undefined || run === undefined) return;
    this.begin();
    try {
      const value = this.inRun(run, () => this.#call(request, run));
      if (!isThenable(value)) {
        this.#ended(false, value);
        return;
      }
      // Promise.resolve makes any thenable keep a promise's rules.
      Promise.resolve(value).then(
        (result) => {
          this.#ended(false, result);
        },
        (error: unknown) => {
          this.#ended(true, error);
        },
      );
    } catch (error) {
      this.#ended(true, error);
    }
  }

  protected override releaseSlots(): void {
    this.#run?.slot.release();
  }

  #call(request: CallRequest | StreamRequest, run: TaskRun): unknown {
    const { fn, args } = request;
    if (request.kind === 'call') return (fn as (...args: unknown[]) => unknown)(...args);
    return runStream(fn, request.push, args, this.context.signal, (promise) => run.slot.suspendDuring(promise));
  }

  #ended(failed: boolean, outcome: unknown): void {
    this.#run?.slot.release();
    this.settle(failed, outcome);
  }
}
