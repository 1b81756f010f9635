/**
 * Event, as CPython's lock_tests ask of it.
 *
 * @workers
 */
import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { Event } from '@heddle/sync';
import { counters, describeCrews, threadsOfFile, untilWaiting } from './test-support/crews.js';

const threads = threadsOfFile();
const members = [0, 1, 2, 3];

test('is set and cleared', () => {
  const event = new Event();
  expect(event.isSet()).toBe(false);
  event.set();
  event.set();
  expect(event.isSet()).toBe(true);
  expect(inspect(event)).toBe('Event { set: true, waiting: 0 }');
  event.clear();
  event.clear();
  expect(event.isSet()).toBe(false);
});

test('who comes when it is set does not wait', async () => {
  const event = new Event();
  event.set();
  expect(await event.wait()).toBe(true);
  expect(event.waitSync()).toBe(true);
  expect(await event.wait({ timeoutMs: 0 })).toBe(true);
});

describeCrews(threads, ({ forms, run }) => {
  test('all who wait go on when it is set, and when it is cleared right after', async () => {
    const event = new Event();
    for (let round = 0; round < 3; round++) {
      const done = counters(1);
      const all = members.map((i) =>
        run(i, async () => {
          const isSet = await forms.wait(event);
          Atomics.add(done, 0, 1);
          return isSet;
        }),
      );
      await untilWaiting(event, 4);
      expect(done[0]).toBe(0);
      event.set();
      event.clear();
      expect(await Promise.all(all)).toEqual([true, true, true, true]);
    }
  });

  test('who has waited too long goes on, and knows', async () => {
    const event = new Event();
    expect(await run(0, () => forms.wait(event, 0))).toBe(false);
    expect(await run(1, () => forms.wait(event, 5))).toBe(false);
    await untilWaiting(event, 0);
    event.set();
    expect(await run(0, () => forms.wait(event, 5))).toBe(true);
  });

  test('is set by one of them', async () => {
    const event = new Event();
    const waiting = run(0, () => forms.wait(event));
    await untilWaiting(event, 1);
    await run(1, () => {
      event.set();
    });
    expect(await waiting).toBe(true);
  });
});
