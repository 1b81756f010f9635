import { durationMs, finiteNumber, integerFrom, ofType, oneOf, type OptionCheck } from '@heddle/futures/authors';
import { clockCheck } from './clock-check.js';

/** The delays between attempts. */
export interface Backoff {
  /**
   * The delay before the second attempt, in milliseconds.
   * @defaultValue 100
   */
  delayMs?: number;
  /**
   * The factor by which the delay grows from one attempt to the next; at least 1.
   * @defaultValue 2
   */
  factor?: number;
  /**
   * The longest delay, in milliseconds.
   * @defaultValue 30_000
   */
  maxDelayMs?: number;
  /**
   * How the delay is randomised, so that clients do not all retry at the same moment: 'full' is between 0 and the delay, 'equal' between
   * half of the delay and the delay, 'none' is the delay.
   * @defaultValue 'full'
   */
  jitter?: 'full' | 'equal' | 'none';
  /**
   * Returns a random number from 0 to 1, without 1.
   * @defaultValue Math.random
   */
  random?: () => number;
}

/** The delay after an attempt, in milliseconds. */
export function delayAfter(
  attempt: number,
  { delayMs = 100, factor = 2, maxDelayMs = 30_000, jitter = 'full', random = Math.random }: Backoff,
): number {
  const delay = Math.min(maxDelayMs, delayMs * factor ** (attempt - 1));
  if (jitter === 'none' || delay === Infinity) return delay;
  return jitter === 'full' ? delay * random() : (delay * (1 + random())) / 2;
}

const attemptsCheck: OptionCheck = (value, label) => {
  if (value !== Infinity) integerFrom(1)(value, label);
};

const factorCheck: OptionCheck = (value, label) => {
  finiteNumber(value, label);
  if ((value as number) < 1) throw new RangeError(`${label} must be at least 1, got ${String(value)}`);
};

/** Checks of the options that {@link Backoff} and both kinds of retries have. */
export const policyChecks: Readonly<Record<string, OptionCheck>> = {
  attempts: attemptsCheck,
  delayMs: durationMs,
  factor: factorCheck,
  maxDelayMs: durationMs,
  jitter: oneOf('full', 'equal', 'none'),
  retryIf: ofType('function'),
  random: ofType('function'),
  clock: clockCheck,
};
