import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Warnings } from '@heddle/testkit/support';
import { watchdogIntervalMs } from './watchdog-interval.js';

let warnings: Warnings;
beforeEach(() => {
  warnings = new Warnings();
});
afterEach(() => {
  warnings.stop();
});

describe('the watchdog is fed', () => {
  test.each([
    [{ WATCHDOG_USEC: '30000000' }, 15_000],
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '12' }, 15_000],
    [{ WATCHDOG_USEC: '1' }, 0.0005],
    [{ WATCHDOG_USEC: '999999999999999' }, 499_999_999_999.9995],
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '13' }, undefined],
    [{ WATCHDOG_PID: '12' }, undefined],
    [{}, undefined],
  ])('with %p: every %p ms', (env, intervalMs) => {
    expect(watchdogIntervalMs(env, 12)).toBe(intervalMs);
  });

  test.each([
    ['WATCHDOG_USEC', 'soon'],
    ['WATCHDOG_USEC', ''],
    ['WATCHDOG_USEC', '0'],
    ['WATCHDOG_USEC', '-5'],
    ['WATCHDOG_USEC', '1.5'],
    ['WATCHDOG_USEC', '1e6'],
    ['WATCHDOG_USEC', '18446744073709551615'],
    ['WATCHDOG_PID', 'me'],
    ['WATCHDOG_PID', '0'],
  ])('%s=%s makes no sense: not at all, and a warning', async (name, value) => {
    expect(watchdogIntervalMs({ WATCHDOG_USEC: '1000', [name]: value }, 12)).toBeUndefined();
    expect(await warnings.first())
      .toContain(`HEDDLE_NOTIFY_FAILED ${name} is ${JSON.stringify(value)}, which is no number above 0: the watchdog is not fed
`);
  });
});
