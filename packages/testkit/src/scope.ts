import assert from 'node:assert/strict';
import type { Executor } from '@heddle/futures';
import type { ConformanceOptions, ExecutorFactory } from './capabilities.js';
import { createGate, type Gate as PlainGate, type GateToken } from './gate.js';
import { isIdle, type Borrowed, type SharedExecutors } from './shared-executors.js';
import { block, hold } from './tasks.js';
import { Warnings } from './warnings.js';

/** A gate whose opening and arrivals a test can wait for. */
export interface Gate extends PlainGate {
  /** Resolves when `count` tasks have come. */
  arrived(count: number): Promise<void>;
}

/** How long an executor that tests share may take to become idle after one of them. */
const idleWithinMs = 100;

const BROKEN = 'HEDDLE_BROKEN';
const IGNORED = 'HEDDLE_CANCELLATION_IGNORED';

/** What one test works with; everything made here is undone when it ends, however it ends. */
export class Scope {
  /** Comes to a gate and waits there: blocking its worker where tasks have workers of their own, else awaiting. */
  readonly stay: <T>(token: GateToken, value: T) => T | Promise<T>;
  readonly #factory: ExecutorFactory;
  readonly #sharedMemory: boolean;
  readonly #cooperative: boolean;
  readonly #warnings = new Warnings(({ code }) => code === BROKEN || code === IGNORED);
  readonly #executors: Executor[] = [];
  readonly #shared: SharedExecutors | undefined;
  readonly #borrowed: Borrowed[] = [];
  readonly #gates: PlainGate[] = [];
  readonly #cleanups: (() => void)[] = [];
  #awaited = 'the body of the test';
  #over = false;

  /** Without `shared` every executor is a new one. */
  constructor(factory: ExecutorFactory, can: { blocking: boolean; sharedMemory: boolean; cooperative: boolean }, shared?: SharedExecutors) {
    this.#factory = factory;
    this.#shared = shared;
    this.#cooperative = can.cooperative;
    this.#sharedMemory = can.sharedMemory;
    this.stay = can.blocking ? block : hold;
  }

  /**
   * An executor for tests that don't ask what was done before. When the options ask for no more than a number of workers, other tests
   * have used it before and use it after this one.
   */
  executor(options?: ConformanceOptions): Executor {
    const borrowed = this.#shared?.take(options);
    if (borrowed === undefined) return this.newExecutor(options);
    this.#borrowed.push(borrowed);
    return borrowed.executor;
  }

  /** An executor that has run no task, shut down after the test. */
  newExecutor(options?: ConformanceOptions): Executor {
    const executor = this.#factory(options);
    this.#executors.push(executor);
    return executor;
  }

  /** A closed gate, opened after the test. */
  gate(): Gate {
    const gate = createGate(this.#sharedMemory);
    this.#gates.push(gate);
    const arrived = (count: number): Promise<void> => this.until(`${String(count)} tasks at a gate`, () => gate.arrivals >= count);
    return {
      token: gate.token,
      get arrivals() {
        return gate.arrivals;
      },
      open: () => {
        gate.open();
      },
      dispose: () => {
        gate.dispose();
      },
      arrived,
    };
  }

  /** Resolves when the condition holds; what the event loop has to do goes on meanwhile. */
  async until(what: string, condition: () => boolean): Promise<void> {
    this.#awaited = what;
    while (!condition()) {
      if (this.#over) throw new Error(`the test ended while it waited for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.#awaited = 'the body of the test';
  }

  /**
   * Resolves when the executor has warned of a task that runs on after its abort. An executor whose tasks share the caller's
   * thread cannot stop one, and says so; the others have nothing to say, and nothing is waited for.
   */
  async toldOfIgnoredAbort(): Promise<void> {
    if (this.#cooperative) await this.until(`a warning ${IGNORED}`, () => this.#warned(IGNORED) > 0);
  }

  /** Calls back when the test ends. */
  afterwards(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** Runs a test's body and undoes what it made, each within `limitMs`. */
  async run(body: (scope: Scope) => Promise<void> | void, limitMs: number): Promise<void> {
    let passed = false;
    try {
      await within(
        limitMs,
        Promise.resolve(body(this)),
        () => `the test was not done after ${String(limitMs)} ms; it waited for ${this.#awaited}. ${this.#snapshot()}`,
      );
      passed = true;
    } finally {
      this.#over = true;
      for (const cleanup of this.#cleanups) cleanup();
      for (const gate of this.#gates) gate.open();
      await this.#giveBack(passed);
      const broke = this.#executors.some((executor) => executor.statistics().state === 'broken');
      const down = Promise.all(this.#executors.map((executor) => executor.shutdown({ cancelFutures: true })));
      await within(limitMs, down, () => `shutdown was not done ${String(limitMs)} ms after the test. ${this.#snapshot()}`);
      for (const gate of this.#gates) gate.dispose();
      await new Promise(setImmediate); // Node emits a warning in the next tick
      this.#warnings.stop();
      if (broke) assert.notEqual(this.#warned(BROKEN), 0, `an executor broke without a warning ${BROKEN}`);
      if (!this.#cooperative) assert.equal(this.#warned(IGNORED), 0, `a warning ${IGNORED} from an executor that stops its tasks`);
    }
  }

  /** Tasks that this test has left may still end; an executor that does not become idle soon is shut down with this test's own. */
  async #giveBack(passed: boolean): Promise<void> {
    const until = performance.now() + idleWithinMs;
    for (const borrowed of this.#borrowed.splice(0)) {
      while (passed && !isIdle(borrowed.executor) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 1));
      if (!passed || this.#shared?.giveBack(borrowed) !== true) this.#executors.push(borrowed.executor);
    }
  }

  #warned(code: string): number {
    return this.#warnings.list.filter((warning) => warning.code === code).length;
  }

  #snapshot(): string {
    const states = [...this.#executors, ...this.#borrowed.map(({ executor }) => executor)].map((executor) => {
      const { state, workers, queued, running, suspended, finished, failed, cancelled, crashes } = executor.statistics();
      return JSON.stringify({ state, workers, queued, running, suspended, finished, failed, cancelled, crashes });
    });
    return `Executors: ${states.join('; ') || 'none'}`;
  }
}

/** Rejects with the message when the promise takes longer. */
async function within(limitMs: number, promise: Promise<unknown>, message: () => string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new assert.AssertionError({ message: message() }));
    }, limitMs);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
