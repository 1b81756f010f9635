import { durationMs, finiteNumber, integerFrom, ofType, oneOf, type OptionCheck } from '@heddle/futures/authors';
import { clockCheck } from './clock-check.js';

/** How long to wait between attempts. */
export interface Backoff {
  /**
   * Milliseconds before the second attempt.
   * @defaultValue 100
   */
  delayMs?: number;
  /**
   * By what the delay grows from one attempt to the next; at least 1.
   * @defaultValue 2
   */
  factor?: number;
  /**
   * What the delay grows to at most, in milliseconds.
   * @defaultValue 30_000
   */
  maxDelayMs?: number;
  /**
   * How the delay is scattered, so that not all come back at the same time: 'full' is anything between 0 and the delay, 'equal'
   * between half and all of it.
   * @defaultValue 'full'
   */
  jitter?: 'full' | 'equal' | 'none';
  /**
   * A number from 0 up to, not including, 1.
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

/** The checks of a policy's options. */
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
