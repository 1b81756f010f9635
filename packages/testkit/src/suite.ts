import type { HeddleErrorCode } from '@heddle/futures';
import { hasCapability, type Capability, type ExecutorCapabilities, type ExecutorFactory } from './capabilities.js';
import { assertRefused, refusalsFor } from './refusals.js';
import type { Runner } from './runner.js';
import { Scope } from './scope.js';
import { SharedExecutors } from './shared-executors.js';

/** How long a test may take; those that wait do so for events, so only a fault comes near it. */
const limitMs = 30_000;

export type Body = (scope: Scope) => Promise<void> | void;

/** Declares the tests of one executor. */
export class Suite {
  readonly brokenCode: HeddleErrorCode;
  readonly #runner: Runner;
  readonly #factory: ExecutorFactory;
  readonly #capabilities: ExecutorCapabilities;
  readonly #shared: SharedExecutors | undefined;

  constructor(runner: Runner, factory: ExecutorFactory, capabilities: ExecutorCapabilities) {
    this.#runner = runner;
    this.#factory = factory;
    this.#capabilities = capabilities;
    this.#shared = runner.afterAll === undefined ? undefined : new SharedExecutors(factory);
    this.brokenCode = capabilities.brokenCode ?? 'HEDDLE_BROKEN_EXECUTOR';
  }

  /** Ends what the tests have shared; called after all of them. */
  readonly end = async (): Promise<void> => {
    await this.#shared?.end();
  };

  can(capability: Capability): boolean {
    return hasCapability(this.#capabilities, capability);
  }

  /** Declares a test for every executor. */
  readonly test = (name: string, body: Body): void => {
    const cooperative = this.can('cooperative');
    const can = { blocking: this.can('parallel') && !cooperative, sharedMemory: this.can('sharedMemory'), cooperative };
    // Twice the limit: the body, then the shutdown of what it made.
    this.#runner.test(name, () => new Scope(this.#factory, can, this.#shared).run(body, limitMs), 2 * limitMs + 5_000);
  };

  /**
   * Declares tests for executors that have all of these capabilities. Where all that lack are refused by an error, the test asserts that its
   * body meets this error.
   */
  readonly given = (...needed: Capability[]): { test: (name: string, body: Body) => void } => {
    const lacking = needed.filter((each) => !this.can(each));
    const refusals = refusalsFor(lacking);
    return {
      test: (name, body) => {
        if (lacking.length === 0) this.test(name, body);
        else if (refusals.length === lacking.length) this.test(`${name}: is refused`, (t) => assertRefused(() => body(t), refusals));
      },
    };
  };
}
