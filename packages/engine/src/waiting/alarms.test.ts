/** Timers of a pool, which also go off while its caller blocks. */
import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@heddle/testkit/support';
import { Alarms } from './alarms.js';

function withAlarms(): { clock: ManualClock; alarms: Alarms; log: string[]; note: (name: string) => () => void } {
  const clock = new ManualClock();
  const log: string[] = [];
  return { clock, alarms: new Alarms(clock), log, note: (name) => () => void log.push(name) };
}

describe('Alarms', () => {
  test('go off from the event loop, once', async () => {
    const { clock, alarms, log, note } = withAlarms();
    alarms.start(10, note('b'));
    alarms.start(5, note('a'));
    await clock.advance(10);
    expect(log).toEqual(['a', 'b']);
    alarms.ring(clock.now());
    expect([log.length, clock.timers, alarms.nextAt]).toEqual([2, 0, Infinity]);
  });

  test('go off for a caller that blocks, and then not from the event loop', async () => {
    const { clock, alarms, log, note } = withAlarms();
    alarms.start(5, note('a'));
    alarms.start(50, note('b'));
    expect(alarms.nextAt).toBe(clock.now() + 5);
    clock.block(20);
    alarms.ring(clock.now());
    expect([log, clock.timers]).toEqual([['a'], 1]);
    await clock.advance(100);
    expect(log).toEqual(['a', 'b']);
  });

  test('one that stops another one that is due', () => {
    const { clock, alarms, log, note } = withAlarms();
    let stop: () => void = () => undefined;
    alarms.start(5, () => {
      stop();
    });
    stop = alarms.start(5, note('stopped'));
    clock.block(5);
    alarms.ring(clock.now());
    expect([log, clock.timers]).toEqual([[], 0]);
    stop();
  });

  test('one without end is none', () => {
    const { clock, alarms, note } = withAlarms();
    alarms.start(Infinity, note('never'))();
    expect([clock.timers, alarms.nextAt]).toEqual([0, Infinity]);
  });
});
