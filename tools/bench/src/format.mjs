/** @import { Unit } from '../types.d.ts' */

/** @param {number} value three significant digits, without an exponent */
const digits = (value) => {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1000 ? rounded.toLocaleString('en-US') : String(rounded);
};

/**
 * @param {number | undefined} value
 * @param {Unit} unit
 */
export const formatted = (value, unit) => {
  if (value === undefined) return '';
  if (unit === 'x') return `${value.toFixed(2)} x`;
  if (unit === 'ns' && value >= 1000) return formatted(value / 1000, 'us');
  if (unit === 'us' && value >= 1000) return `${digits(value / 1000)} ms`;
  if (unit === 'ms' && value < 1) return `${digits(value * 1000)} us`;
  const isRate = unit === 'tasks/s' || unit === 'a second';
  if (isRate && value >= 1e6) return `${digits(value / 1e6)} M/s`;
  if (isRate) return `${digits(value / 1e3)} k/s`;
  if (unit === '%') return `${value.toFixed(2)} %`;
  return `${digits(value)} ${unit}`;
};

/** @param {number | undefined} ratio */
export const formattedRatio = (ratio) => (ratio === undefined ? '' : `${digits(ratio)} x`);
