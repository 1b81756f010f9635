import type { CallRequest, StreamRequest } from '@heddle/futures';
import { isThenable, runStream } from '@heddle/futures/authors';
import { CoroutineTask } from './coroutine-task.js';
import { Strand } from './strand.js';

/** A task that is one call: of a function, or of a generator whose items are pushed. */
export class CallTask extends CoroutineTask<CallRequest | StreamRequest> {
  #strand: Strand | undefined;

  get isWaiting(): boolean {
    return this.#strand === undefined && !this.future.done();
  }

  claim(): boolean {
    this.#strand = new Strand(this);
    return false;
  }

  run(): void {
    const { request } = this;
    const strand = this.#strand;
    if (request === undefined || strand === undefined) return;
    this.begin();
    try {
      const value = this.runStrand(strand, () => this.#call(request, strand));
      if (!isThenable(value)) {
        this.#over(false, value);
        return;
      }
      // Promise.resolve makes any thenable keep a promise's rules.
      Promise.resolve(value).then(
        (result) => {
          this.#over(false, result);
        },
        (error: unknown) => {
          this.#over(true, error);
        },
      );
    } catch (error) {
      this.#over(true, error);
    }
  }

  protected override endStrands(): void {
    this.#strand?.end();
  }

  #call(request: CallRequest | StreamRequest, strand: Strand): unknown {
    const { fn, args } = request;
    if (request.kind === 'call') return (fn as (...args: unknown[]) => unknown)(...args);
    return runStream(fn, request.push, args, this.context.signal, (promise) => strand.whileAway(promise));
  }

  #over(failed: boolean, outcome: unknown): void {
    this.#strand?.end();
    this.settle(failed, outcome);
  }
}
