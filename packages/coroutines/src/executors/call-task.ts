import type { TaskRequest } from '@heddle/futures';
import { isThenable, runStream, type PushItems } from '@heddle/futures/authors';
import { CoroutineTask } from './coroutine-task.js';
import { Strand } from './strand.js';

/** A task that is one call: of a function, or of a generator whose items are pushed. */
export class CallTask extends CoroutineTask {
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

  #call({ kind, fn, args }: TaskRequest, strand: Strand): unknown {
    const list = args as unknown as readonly unknown[];
    if (kind !== 'stream') return (fn as (...args: unknown[]) => unknown)(...list);
    const [push, ...rest] = list;
    return runStream(fn, push as PushItems, rest, this.context.signal, (promise) => strand.whileAway(promise));
  }

  #over(failed: boolean, outcome: unknown): void {
    this.#strand?.end();
    this.settle(failed, outcome);
  }
}
