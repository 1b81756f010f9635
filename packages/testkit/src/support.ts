/**
 * Helpers for tests of executors besides the suite: gates that tasks wait at, a clock that the test advances, waits for conditions, errors
 * as values.
 *
 * @packageDocumentation
 */
export { createGate, type Gate, type GateToken } from './gate.js';
export { ManualClock, turn } from './manual-clock.js';
export { Named } from './named-class.js';
export { startProgram, type Ending, type Program } from './program.js';
export { block, hold, identity, pass } from './tasks.js';
export { until } from './until.js';
export { hostProcess, nextWarning, Warnings, warningsOf, type Warning } from './warnings.js';

/**
 * Returns the error with which a promise rejects.
 *
 * @throws Error when the promise is fulfilled
 */
export async function failureOf(future: PromiseLike<unknown>): Promise<Error> {
  const [outcome] = await Promise.allSettled([future]);
  if (outcome.status === 'fulfilled') throw new Error(`it succeeded, with ${String(outcome.value)}`);
  return outcome.reason as Error;
}
