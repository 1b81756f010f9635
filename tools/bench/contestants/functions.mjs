// The functions that every contestant runs. Each is self-contained, so that it can also travel as source.

/** @param {number} n */
export const addOne = (n) => n + 1;

/**
 * Work that only a core can do: a wait would look parallel on any machine.
 * @param {number} iterations
 */
export const burn = (iterations) => {
  let x = 1;
  for (let i = 0; i < iterations; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  return x;
};

/** The trivial reply to a big argument. @param {ArrayLike<number>} list */
export const lengthOf = (list) => list.length;

/**
 * A number gets its successor; an Int32Array is a gate that holds the worker until word 0 is not 0 (at most two minutes).
 * Word 1 counts who arrived.
 * @param {number | Int32Array} n
 */
export const addOneOrHold = (n) => {
  if (typeof n === 'number') return n + 1;
  Atomics.add(n, 1, 1);
  Atomics.wait(n, 0, 0, 120_000);
  return 0;
};

/**
 * Keeps its worker busy for so long, and says which process that is. Garbage is collected first where a row wants that.
 * @param {number} ms
 */
export const pidAfter = (ms) => {
  /** @type {{ gc?: () => void }} */ (globalThis).gc?.();
  const end = performance.now() + ms;
  while (performance.now() < end);
  return process.pid;
};
