import { systemClock } from '@heddle/futures/authors';
import type { EngineClock } from './clock.js';

/** The platform's clock, with the timers of Node. */
export const engineClock: EngineClock = {
  ...systemClock,
  setTimer: (delayMs, callback) => setTimeout(callback, delayMs),
  clearTimer: (timer) => {
    clearTimeout(timer as NodeJS.Timeout | undefined);
  },
  afterMessages: (callback) => {
    setImmediate(callback);
  },
};
