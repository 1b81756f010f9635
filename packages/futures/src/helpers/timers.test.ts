import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startTimer } from './timers.js';

describe('startTimer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('calls back once, after the delay', () => {
    const callback = jest.fn();
    startTimer(100, callback);
    jest.advanceTimersByTime(99);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1000);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test('never calls back when it is stopped; stopping twice is harmless', () => {
    const callback = jest.fn();
    const stop = startTimer(100, callback);
    stop();
    stop();
    jest.advanceTimersByTime(1000);
    expect(callback).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('Infinity holds no timer', () => {
    startTimer(Infinity, () => {
      throw new Error('never');
    })();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('delays beyond those of setTimeout are kept', () => {
    const callback = jest.fn();
    const month = 31 * 24 * 3600 * 1000;
    const stop = startTimer(month, callback);
    startTimer(month, callback);
    jest.advanceTimersByTime(month - 1);
    expect(callback).not.toHaveBeenCalled();
    stop();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });
});
