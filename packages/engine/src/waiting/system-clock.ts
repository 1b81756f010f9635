/** The clock of the platform. */
import { startTimer } from '@heddle/futures/authors';
import type { Clock } from './clock.js';

/** The time of `performance.now()`, and the timers of Node. */
export const systemClock: Clock = {
  now: () => performance.now(),
  startTimer,
  setTimer: (delayMs, callback) => setTimeout(callback, delayMs),
  clearTimer: (timer) => {
    clearTimeout(timer as NodeJS.Timeout | undefined);
  },
  afterMessages: (callback) => {
    setImmediate(callback);
  },
};
