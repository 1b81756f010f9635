/**
 * @param {readonly number[]} values at least one
 * @returns {number}
 */
export const median = (values) => quantile(values, 0.5);

/**
 * Linear between the two nearest values.
 * @param {readonly number[]} values at least one
 * @param {number} q 0 to 1
 * @returns {number}
 */
export const quantile = (values, q) => {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * q;
  const low = /** @type {number} */ (sorted[Math.floor(at)]);
  const high = /** @type {number} */ (sorted[Math.ceil(at)]);
  return low + (high - low) * (at - Math.floor(at));
};

/** @param {readonly number[]} values */
export const sum = (values) => values.reduce((total, value) => total + value, 0);
