import { ShutdownError, type BrokenExecutor, type ExecutorStatistics } from '@heddle/futures';
import { describeError } from '@heddle/futures/authors';
import { programEnds } from './program-end.js';

/** Holds whether a pool accepts tasks, and makes the errors that say why it does not. */
export class PoolState {
  readonly #name: string;
  readonly #Broken: new (message: string, options?: { cause?: unknown }) => BrokenExecutor;
  #value: ExecutorStatistics['state'] = 'open';
  #brokenBy: unknown;

  constructor(kind: { readonly name: string; readonly Broken: new (message: string, options?: { cause?: unknown }) => BrokenExecutor }) {
    this.#name = kind.name;
    this.#Broken = kind.Broken;
  }

  get value(): ExecutorStatistics['state'] {
    return this.#value;
  }

  /** Whether the pool accepts tasks now. */
  get isOpen(): boolean {
    return this.#value === 'open' && !programEnds();
  }

  shutDown(): void {
    if (this.#value === 'open') this.#value = 'shutdown';
  }

  break(cause: unknown): void {
    this.#value = 'broken';
    this.#brokenBy = cause;
  }

  /** Makes the error of one future in a broken pool. */
  broken(what: string): BrokenExecutor {
    const why = describeError(this.#brokenBy).split('\n')[0] ?? '';
    return new this.#Broken(`${what}: ${this.#name} is broken: ${why}; make a new executor`, { cause: this.#brokenBy });
  }

  /** Makes the error of a task that no worker had begun when the workers were ended by force. */
  ended(what: string, how: string): BrokenExecutor {
    return new this.#Broken(`${what} can't be run: the workers of this ${this.#name} were forcefully shut down (${how})`);
  }

  /** Makes the error that says why the pool accepts nothing. */
  closed(): Error {
    if (this.#value === 'broken') return this.broken('the task was not accepted');
    if (programEnds())
      return new ShutdownError('cannot schedule new futures after the program has ended: nothing runs after its exit hooks');
    return new ShutdownError(
      `cannot schedule new futures after shutdown of this ${this.#name}; make a new one, or submit before shutdown()`,
    );
  }
}
