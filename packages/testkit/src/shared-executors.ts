import type { Executor } from '@heddle/futures';
import type { ConformanceOptions, ExecutorFactory } from './capabilities.js';

/** An executor that a test has taken, and what to compare it with afterwards. */
export interface Borrowed {
  readonly executor: Executor;
  readonly maxWorkers: number | undefined;
  readonly crashes: number;
}

/**
 * Executors that a suite's tests use one after the other. To start workers for each test would take most of the suite's time, and users'
 * executors run many tasks, too. A test that spoils one (it shuts it down, a worker dies, tasks stay) costs the next test a new start.
 */
export class SharedExecutors {
  readonly #factory: ExecutorFactory;
  /** The idle ones, by their number of workers. */
  readonly #idle = new Map<number | undefined, Executor>();

  constructor(factory: ExecutorFactory) {
    this.#factory = factory;
  }

  /** An executor that another test has left in order, or a new one; `undefined` when the options ask for more than a number of workers. */
  take(options: ConformanceOptions | undefined): Borrowed | undefined {
    if (!canBeShared(options)) return undefined;
    const maxWorkers = options?.maxWorkers;
    const executor = this.#idle.get(maxWorkers) ?? this.#factory(options);
    this.#idle.delete(maxWorkers);
    return { executor, maxWorkers, crashes: executor.statistics().crashes };
  }

  /** Keeps the executor for the next test. False when it is not as it was: then the caller shuts it down. */
  giveBack({ executor, maxWorkers, crashes }: Borrowed): boolean {
    if (this.#idle.has(maxWorkers) || executor.statistics().crashes !== crashes || !isIdle(executor)) return false;
    this.#idle.set(maxWorkers, executor);
    return true;
  }

  /** Shuts them down, after the last test. */
  async end(): Promise<void> {
    const idle = [...this.#idle.values()];
    this.#idle.clear();
    await Promise.all(idle.map((executor) => executor.shutdown()));
  }
}

/** Whether the executor is open and has no task. */
export function isIdle(executor: Executor): boolean {
  const { state, queued, running, suspended } = executor.statistics();
  return state === 'open' && queued === 0 && running === 0 && suspended === 0;
}

function canBeShared(options: ConformanceOptions = {}): boolean {
  return Object.keys(options).every((name) => name === 'maxWorkers' && Number.isInteger(options.maxWorkers));
}
