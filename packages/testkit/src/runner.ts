/** What the suite needs of a test framework. Those of Jest, Vitest and node:test fit. */
export interface Runner {
  describe(name: string, declare: () => void): unknown;
  /** `timeoutMs`: longer than the test takes in any case, since it ends itself. */
  test(name: string, body: () => Promise<void>, timeoutMs?: number): unknown;
}

/**
 * The runner that was given, else the one that the test framework made global.
 *
 * @throws TypeError when there is none
 */
export function findRunner(given: Runner | undefined): Runner {
  const { describe, test } = given ?? (globalThis as Partial<Runner>);
  if (typeof describe !== 'function' || typeof test !== 'function') {
    throw new TypeError(
      'describeExecutor: found no global functions describe and test; ' +
        "pass them: describeExecutor(name, factory, capabilities, { describe, test }), from 'node:test', 'vitest' or '@jest/globals'",
    );
  }
  return { describe, test };
}
