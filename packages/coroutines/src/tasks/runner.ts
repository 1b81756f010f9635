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
   * The signals of the operating system that cancel main; none with `[]`.
   * @defaultValue ['SIGINT']
   */
  signals?: readonly string[];
  /**
   * How long what was cancelled may take to end, in milliseconds, before a warning (`HEDDLE_CANCELLATION_IGNORED`) names it. It
   * is waited for all the same, until a second signal ends the program.
   * @defaultValue 1000
   */
  graceMs?: number;
}

const checks = { signals: arrayValue, graceMs: durationMs };

/** Longer than timers can be set for by one call; see {@link Runner.run}. */
const aLongTimeMs = 2 ** 30;

/**
 * Runs main functions, one after the other, under Ctrl-C: as `asyncio.Runner`. See {@link run}.
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
    // Within a coroutine somebody else answers for signals: they cancel this one too.
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
    const alive = setInterval(() => undefined, aLongTimeMs); // main may wait for nothing but its cancellation
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

  /** Cancels the main that runs, and waits for it. Nothing can be run then. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed';
    this.#scope.cancel(cancelledBy('the Runner was closed', undefined));
    await this.#scope.untilIdle();
    this.#scope.close();
  }
}

/**
 * Runs the main function of a program, as `asyncio.run`: when it has ended, so has all that it began.
 *
 * The first Ctrl-C cancels main, which can clean up in its `finally`s; the program then ends by the signal, as it would have without this
 * (exit code 130 for a shell). The second ends it at once. A main that ends with a value or an error of its own all the
 * same has that count, and the program goes on. While main runs the program does not end by itself.
 *
 * What was begun by {@link background} is nobody's: drain it at the end of main.
 *
 * @returns what main returned
 * @throws what main threw; TypeError, RangeError for wrong arguments
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
