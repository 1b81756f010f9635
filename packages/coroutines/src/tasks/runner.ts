import { onSignals, raise, takesSignals } from '#platform';
import { InvalidStateError } from '@heddle/futures';
import { arrayValue, checkOptions, durationMs } from '@heddle/futures/authors';
import { currentScope } from '../scopes/ambient.js';
import { cancelledBy } from '../scopes/cancelled-by.js';
import { Scope } from '../scopes/scope.js';
import { Coroutine } from './coroutine.js';
import { checkCoroutineFunction } from './create-task.js';

/** Options of {@link run} and {@link Runner}. */
export interface RunOptions {
  /**
   * The signals of the operating system that cancel main; `[]` for none.
   * @defaultValue ['SIGINT']
   */
  signals?: readonly string[];
  /**
   * How many milliseconds cancelled tasks may take to end before a warning (`HEDDLE_CANCELLATION_IGNORED`) names them. The runner waits
   * for them in any case, until a second signal ends the program.
   * @defaultValue 1000
   */
  graceMs?: number;
}

const checks = { signals: arrayValue, graceMs: durationMs };

/** The interval of the timer that keeps the program alive; see {@link Runner.run}. */
const aLongTimeMs = 2 ** 30;

/**
 * Runs main functions, one after the other, and cancels the running one upon Ctrl-C, as `asyncio.Runner`. See {@link run}.
 *
 * @example
 * ```ts
 * import { Runner } from '@heddle/coroutines';
 *
 * await using runner = new Runner({ signals: ['SIGINT', 'SIGTERM'] });
 * const n = await runner.run(async () => 42);
 * console.log(await runner.run((x: number) => x + 1, n)); // 43
 * ```
 */
export class Runner implements AsyncDisposable {
  readonly #scope: Scope;
  readonly #signals: readonly string[];
  #state: 'idle' | 'running' | 'closed' = 'idle';

  /** @throws TypeError, RangeError for a wrong option */
  constructor(options?: RunOptions) {
    checkOptions('Runner', options, checks);
    const around = currentScope();
    this.#scope = new Scope(around, undefined, false, options?.graceMs, true);
    // Within a coroutine, the runner around it handles signals; its cancellation reaches this one.
    this.#signals = takesSignals && around === undefined ? [...(options?.signals ?? ['SIGINT'])] : [];
  }

  /**
   * Runs `main(...args)`; see {@link run}.
   *
   * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) while another main runs, or when the runner is closed
   * @example
   * ```ts
   * import { Runner } from '@heddle/coroutines';
   *
   * await using runner = new Runner();
   * console.log(await runner.run(async () => 'done')); // done
   * ```
   */
  async run<A extends unknown[], R>(main: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    checkCoroutineFunction('run', main);
    if (this.#state === 'closed') throw new InvalidStateError('run: this Runner is closed; make another');
    if (this.#state === 'running')
      throw new InvalidStateError('run: another main runs on this Runner; begin tasks inside of it, or wait for its end');
    this.#state = 'running';
    const { future, scope } = new Coroutine<Awaited<R>>(this.#scope, main, args);
    let interrupt: string | undefined;
    let stopListening = (): void => undefined;
    const endBy = (signal: string): void => {
      stopListening();
      raise(signal);
    };
    stopListening = onSignals(this.#signals, (signal) => {
      if (interrupt !== undefined) endBy(signal);
      interrupt = signal;
      scope.cancel(cancelledBy(`main was cancelled by ${signal}`, signal));
    });
    const alive = setInterval(() => undefined, aLongTimeMs); // keeps the program alive while main waits only for its cancellation
    try {
      return await future;
    } catch (error) {
      if (interrupt !== undefined && future.cancelled()) endBy(interrupt);
      throw error;
    } finally {
      stopListening();
      clearInterval(alive);
      this.#ended();
    }
  }

  #ended(): void {
    if (this.#state === 'running') this.#state = 'idle';
  }

  /** Cancels the running main and waits for it. After that, `run` throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed';
    this.#scope.cancel(cancelledBy('the Runner was closed', undefined));
    await this.#scope.untilIdle();
    this.#scope.close();
  }
}

/**
 * Runs the main function of a program, as `asyncio.run`. When it returns, all tasks that main began have ended.
 *
 * The first Ctrl-C cancels main, which can clean up in `finally` blocks. The program then ends by the signal, as it would have without
 * this function (a shell sees exit code 130). The second Ctrl-C ends the program at once. When a cancelled main returns a value or
 * fails with another error, that is its outcome, and the program goes on. The program stays alive while main runs.
 *
 * Tasks of {@link background} do not belong to main. Drain them at the end of main.
 *
 * @returns the result of main
 * @throws the error of main; CancelledError (`HEDDLE_CANCELLED`) when the scope around is cancelled; TypeError or RangeError for wrong arguments
 * @example
 * ```ts
 * import { run, sleep } from '@heddle/coroutines';
 *
 * async function main(): Promise<number> {
 *   await sleep(1);
 *   return 42;
 * }
 *
 * console.log(await run(main)); // 42
 * ```
 */
export async function run<R>(main: () => R, options?: RunOptions): Promise<Awaited<R>> {
  await using runner = new Runner(options);
  return await runner.run(main);
}
