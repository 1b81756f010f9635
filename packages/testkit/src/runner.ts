/** What the suite needs of a test framework. Those of Jest and Vitest fit; node:test calls `afterAll` `after`. */
export interface Runner {
  describe(name: string, declare: () => void): unknown;
  /** `timeoutMs`: longer than the test takes in any case, since it ends itself. */
  test(name: string, body: () => Promise<void>, timeoutMs?: number): unknown;
  /** Runs after the tests of a block. Without it each test starts an executor of its own, which takes longer. */
  afterAll?(body: () => Promise<void>): unknown;
}

/**
 * The runner that was given, else the one that the test framework made global.
 *
 * @throws TypeError when there is none
 */
export function findRunner(given: Runner | undefined): Runner {
  const { describe, test, afterAll } = given ?? (globalThis as Partial<Runner>);
  if (typeof describe !== 'function' || typeof test !== 'function') {
    throw new TypeError(
      'describeExecutor: found no global functions describe and test; ' +
        "pass them: describeExecutor(name, factory, capabilities, { describe, test }), from 'node:test', 'vitest' or '@jest/globals'",
    );
  }
  return typeof afterAll === 'function' ? { describe, test, afterAll } : { describe, test };
}
