/** What no public object shows quickly: slots that run out, and memory that a thread left half written. */
import { expect, test } from '@jest/globals';

import { answering, createWords, holder, isChanging, isShared, memberAt, mutex, state } from './layout.js';
import { Monitor, type Kind } from './monitor.js';
import { takeBlocking, tryTake } from './take.js';

const kind: Kind = { name: 'Thing', lines: 1, takeBack: () => undefined };

/** A slot whose thread ended without a word. */
function leaveDead(words: Int32Array, slot: number): void {
  words[memberAt(slot) + state] = answering;
}

/** Whoever shared it has it no more. */
function sharedWords(slots: number): ReturnType<typeof createWords> {
  const words = createWords(1, slots);
  words[isShared] = 1;
  return words;
}

test('the slots of threads that have ended are used again', () => {
  const words = sharedWords(2);
  leaveDead(words, 0);
  leaveDead(words, 1);
  const monitor = new Monitor(kind, words);
  monitor.enter();
  monitor.leave();
  expect(monitor.me).toBeGreaterThan(0);
});

test('more threads than there are slots are refused', () => {
  const words = sharedWords(2);
  const monitors = [1, 2, 3].map(() => new Monitor(kind, words));
  const enter = (monitor: Monitor): void => {
    monitor.enter();
    monitor.leave();
  };
  monitors.slice(0, 2).forEach(enter);
  expect(() => {
    enter(monitors[2] as Monitor);
  }).toThrow('this Thing is used by 2 threads, and there is room for no more');
});

test('a thread that died inside is found out; what it was changing is broken, what it was looking at is not', () => {
  for (const wasChanging of [false, true]) {
    const words = sharedWords(4);
    leaveDead(words, 3);
    words[mutex] = 4;
    words[isChanging] = wasChanging ? 1 : 0;
    const monitor = new Monitor(kind, words);
    const enter = (): void => {
      monitor.enter();
      monitor.leave();
    };
    if (wasChanging) expect(enter).toThrow('this Thing is abandoned');
    else enter();
    expect(monitor.isBroken).toBe(wasChanging);
    expect(monitor.reset()).toBe(wasChanging);
    enter();
  }
});

test('one who holds and has ended breaks it for who tries and who waits, and gives its slot back', () => {
  const words = sharedWords(4);
  leaveDead(words, 2);
  words[holder] = 3;
  const monitor = new Monitor({ ...kind, hasHolder: true }, words);
  const never = { now: () => false, orMark: () => false };
  expect(() => tryTake(monitor, never)).toThrow('this Thing is abandoned');
  expect(() => takeBlocking(monitor, never, 0, 'Thing.take', undefined)).toThrow('this Thing is abandoned');
  expect(words[memberAt(2) + state]).toBe(0);
});
