import { describe, expect, test } from '@jest/globals';
import { SpinChoice } from './spin-choice.js';

/** Runs waits that take so long, and counts those that spun among the last hundred. */
function spunOf(choice: SpinChoice, waits: number, spinMs: number, sleepMs: number): number {
  const kinds: boolean[] = [];
  for (let i = 0; i < waits; i++) {
    const spins = choice.begins(10 * i);
    kinds.push(spins);
    choice.ends(10 * i + (spins ? spinMs : sleepMs));
  }
  return kinds.slice(-100).filter(Boolean).length;
}

describe('SpinChoice', () => {
  test('where a core is slow to wake it spins, and sleeps to try that, ever more seldom', () => {
    const choice = new SpinChoice();
    expect(choice.begins(1)).toBe(true);
    choice.ends(1.006);
    expect(spunOf(choice, 3000, 0.006, 0.06)).toBeGreaterThanOrEqual(99);
  });

  test('where others wait for the core it sleeps', () => {
    expect(spunOf(new SpinChoice(), 3000, 0.2, 0.02)).toBeLessThanOrEqual(1);
  });

  test('where there is no difference, or what is waited for takes long, it sleeps', () => {
    expect(spunOf(new SpinChoice(), 1000, 0.05, 0.05)).toBeLessThanOrEqual(8); // one trial
    expect(spunOf(new SpinChoice(), 1000, 20, 30)).toBeLessThanOrEqual(8);
  });

  test('it changes with the machine, both ways', () => {
    const choice = new SpinChoice();
    expect(spunOf(choice, 1000, 0.006, 0.06)).toBeGreaterThanOrEqual(99);
    expect(spunOf(choice, 3000, 0.2, 0.02)).toBeLessThanOrEqual(1);
    expect(spunOf(choice, 3000, 0.006, 0.06)).toBeGreaterThanOrEqual(99);
  });

  test('a wait that is interrupted and goes on is one wait, and spins once', () => {
    const choice = new SpinChoice();
    expect([choice.begins(0), choice.begins(1), choice.begins(2)]).toEqual([true, false, false]);
    choice.ends(3);
    expect(choice.begins(4)).toBe(true);
  });

  test('a single wait that takes long, as when the core was taken away, changes nothing', () => {
    const choice = new SpinChoice();
    spunOf(choice, 1000, 0.006, 0.06);
    choice.begins(1e6);
    choice.ends(1e6 + 20);
    expect(spunOf(choice, 100, 0.006, 0.06)).toBeGreaterThanOrEqual(98);
  });

  test('one that found no core to spin on says nothing of spinning', () => {
    const choice = new SpinChoice();
    for (let i = 0; i < 200; i++) {
      if (choice.begins(i)) choice.doesNot();
      choice.ends(i + 0.05);
    }
    expect(choice.begins(1000)).toBe(true); // nothing is known of spinning yet
  });
});
