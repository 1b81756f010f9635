import { show, type OptionCheck, type Clock } from '@heddle/futures/authors';

/** A check of the option `clock`. */
export const clockCheck: OptionCheck = (value, label) => {
  const clock = value as Partial<Clock> | null;
  if (typeof clock?.now !== 'function' || typeof clock.startTimer !== 'function') {
    throw new TypeError(`${label} must have now() and startTimer(delayMs, callback), got ${show(value)}`);
  }
};
