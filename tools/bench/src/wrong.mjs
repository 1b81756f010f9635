/** A contestant gave a wrong result: then its speed is of no interest, and the benchmark fails. */
export class Wrong extends Error {}

/**
 * @param {unknown} got
 * @param {unknown} expected
 * @param {string} what
 */
export const mustEqual = (got, expected, what) => {
  if (!Object.is(got, expected)) throw new Wrong(`${what}: ${String(got)} instead of ${String(expected)}`);
};
