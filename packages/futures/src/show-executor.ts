import type { Executor } from './executor.js';

/** Names the method that Node's `console.log` and `util.inspect` ask for a text. */
export const inspectKey: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** What `console.log` shows of an executor: what it is and does, as `statistics()` has it. */
export function showExecutor(name: string, executor: Executor): string {
  const { state, workers, queued, running, finished, failed } = executor.statistics();
  const workerCount = workers.starting + workers.busy + workers.idle + workers.stopping;
  const facts = { parallelism: executor.parallelism, workers: workerCount, queued, running, finished, failed };
  return `${name} { state: '${state}', ${Object.entries(facts)
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ')} }`;
}
