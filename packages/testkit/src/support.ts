/**
 * What tests of executors need besides the suite: gates that tasks wait at, waiting for facts, errors as values.
 *
 * @packageDocumentation
 */
export { createGate, type Gate, type GateToken } from './gate.js';
export { Named } from './named-class.js';
export { startProgram, type Ending, type Program } from './program.js';
export { block, hold, identity, pass } from './tasks.js';

/** How long a fact is waited for: only a fault comes near it. */
const limitMs = 30_000;

/**
 * Resolves when the condition holds; the event loop goes on meanwhile.
 *
 * @throws Error naming what was waited for, when it does not hold within 30 s
 */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/**
 * What a promise is rejected with.
 *
 * @throws Error when it is fulfilled
 */
export async function failureOf(future: PromiseLike<unknown>): Promise<Error> {
  const [outcome] = await Promise.allSettled([future]);
  if (outcome.status === 'fulfilled') throw new Error(`it succeeded, with ${String(outcome.value)}`);
  return outcome.reason as Error;
}
