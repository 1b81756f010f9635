/**
 * Lock and RLock, as CPython's lock_tests ask of both.
 *
 * @workers
 */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Lock, RLock } from '@heddle/sync';
import { failureOf } from '@heddle/testkit/support';
import { counters, describeCrews, threadsOfFile, untilWaiting, waiting } from './test-support/crews.js';

const threads = threadsOfFile();
const members = [0, 1, 2, 3];

describe.each([
  ['Lock', Lock],
  ['RLock', RLock],
] as const)('%s', (name, Kind) => {
  test('is taken and released, again and again', async () => {
    const lock = new Kind();
    expect(lock.locked()).toBe(false);
    for (let i = 0; i < 3; i++) {
      expect(await lock.acquire()).toBe(true);
      expect(lock.locked()).toBe(true);
      lock.release();
      expect(lock.acquireSync()).toBe(true);
      lock.release();
      expect(lock.tryAcquire()).toBe(true);
      lock.release();
    }
    expect(lock.locked()).toBe(false);
  });

  test('shows how it is', async () => {
    const lock = new Kind();
    expect(inspect(lock)).toBe(`${name} { locked: false, waiting: 0 }`);
    await lock.acquire();
    expect(inspect({ lock })).toBe(`{ lock: ${name} { locked: true, waiting: 0 } }`);
  });

  test('releasing what nobody holds is an error', () => {
    const lock = new Kind();
    expect(() => {
      lock.release();
    }).toThrow(new RegExp(`${name}.release: nobody holds it`));
    lock.tryAcquire();
    lock.release();
    expect(() => {
      lock.release();
    }).toThrow(expect.objectContaining({ code: 'HEDDLE_INVALID_STATE' }));
    expect(lock.tryAcquire()).toBe(true);
  });

  test('is held until the end of a block, whatever ends it', async () => {
    const lock = new Kind();
    const failing = async (): Promise<void> => {
      using held = await lock.hold();
      expect([lock.locked(), held]).toEqual([true, held]);
      throw new Error('amid');
    };
    await expect(failing()).rejects.toThrow('amid');
    expect(lock.locked()).toBe(false);
    {
      using held = lock.holdSync();
      expect(lock.locked()).toBe(true);
      held[Symbol.dispose]();
      expect(lock.locked()).toBe(false);
    }
    expect(lock.locked()).toBe(false);
  });

  test('hold fails when it waited too long', async () => {
    const lock = new Kind();
    await threads[0]!.run(() => lock.acquireSync());
    expect(await failureOf(lock.hold({ timeoutMs: 1 }))).toMatchObject({
      code: 'HEDDLE_TIMEOUT',
      message: `${name}.hold waited for longer than 1 ms`,
    });
    expect(() => lock.holdSync(1)).toThrow(`${name}.holdSync waited for longer than 1 ms`);
    await threads[0]!.run(() => {
      lock.release();
    });
  });

  test('of another thread is seen to be taken', async () => {
    const lock = new Kind();
    await threads[0]!.run(() => lock.acquire());
    expect(lock.locked()).toBe(true);
    expect(lock.tryAcquire()).toBe(false);
    expect(await lock.acquire({ timeoutMs: 0 })).toBe(false);
    expect(lock.acquireSync(0)).toBe(false);
    expect(await threads[1]!.run(() => lock.tryAcquire())).toBe(false);
    await threads[0]!.run(() => {
      lock.release();
    });
    expect(lock.tryAcquire()).toBe(true);
  });

  test('a wait that was given up leaves no trace', async () => {
    const lock = new Kind();
    await threads[0]!.run(() => lock.acquireSync());
    expect(await lock.acquire({ timeoutMs: 5 })).toBe(false);
    expect(lock.acquireSync(5)).toBe(false);
    expect(await threads[1]!.run(() => lock.acquireSync(5))).toBe(false);
    expect(waiting(lock)).toBe(0);
    await threads[0]!.run(() => {
      lock.release();
    });
    expect(lock.locked()).toBe(false);
    expect(await lock.acquire({ timeoutMs: 5 })).toBe(true);
  });

  test('is let go when nobody has it any more', async () => {
    const collected = new Set<string>();
    const registry = new FinalizationRegistry<string>((what) => collected.add(what));
    await (async () => {
      const [local, shared] = [new Kind(), new Kind()];
      registry.register(local, 'local');
      registry.register(shared, 'shared');
      await local.acquire();
      await threads[0]!.run(() => shared.acquireSync());
      await Promise.all([shared.acquire({ timeoutMs: 1 }), local.acquire({ timeoutMs: 1 })]);
    })();
    for (let i = 0; i < 50 && collected.size < 2; i++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect([...collected].sort()).toEqual(['local', 'shared']);
  });

  test('comes back as what it was', async () => {
    const lock = new Kind();
    expect(await threads[0]!.run(() => ({ lock, same: [lock, lock] }))).toEqual({ lock: expect.any(Kind) as unknown, same: [lock, lock] });
    expect(await threads[0]!.run(() => lock)).toBe(lock);
  });
});

describe('Lock', () => {
  describeCrews(threads, ({ forms, run }) => {
    test('one at a time has it', async () => {
      const lock = new Lock();
      const count = counters(2);
      await Promise.all(
        members.map((i) =>
          run(i, async () => {
            for (let n = 0; n < 100; n++) {
              await forms.acquire(lock);
              count[1]! += Atomics.add(count, 0, 1); // alone: 0
              if (n % 10 === 0) await Promise.resolve();
              Atomics.sub(count, 0, 1);
              lock.release();
            }
          }),
        ),
      );
      expect([...count]).toEqual([0, 0]);
      expect(lock.locked()).toBe(false);
    });

    test('first come, first served', async () => {
      const lock = new Lock();
      await lock.acquire();
      const order = counters(5);
      const all = [];
      for (const i of members) {
        all.push(
          run(i, async () => {
            await forms.acquire(lock);
            order[Atomics.add(order, 4, 1)] = i;
            lock.release();
          }),
        );
        await untilWaiting(lock, i + 1);
      }
      expect(order[4]).toBe(0);
      lock.release();
      await Promise.all(all);
      expect([...order]).toEqual([0, 1, 2, 3, 4]);
    });

    test('anybody may release it, also for who waits to take it twice', async () => {
      const lock = new Lock();
      const twice = run(0, async () => {
        await forms.acquire(lock);
        await forms.acquire(lock);
      });
      await untilWaiting(lock, 1);
      await run(1, () => {
        lock.release();
      });
      await twice;
      expect(lock.locked()).toBe(true);
      lock.release();
    });

    test('who has waited too long is not given it', async () => {
      const lock = new Lock();
      await lock.acquire();
      expect(await run(0, () => forms.acquire(lock, 5))).toBe(false);
      lock.release();
      expect(lock.locked()).toBe(false);
      expect(await run(1, () => forms.acquire(lock, 5))).toBe(true);
    });
  });

  test('can be released where it was not taken', async () => {
    const lock = new Lock();
    await lock.acquire();
    await threads[0]!.run(() => {
      lock.release();
    });
    expect(lock.tryAcquire()).toBe(true);
  });
});

test('first come, first served, between those who await and those who block, and nobody gets in between', async () => {
  const lock = new Lock();
  await lock.acquire();
  const order = counters(7);
  const turn = async (i: number, isBlocking: boolean): Promise<void> => {
    if (isBlocking) lock.acquireSync();
    else await lock.acquire();
    order[Atomics.add(order, 6, 1)] = i;
    lock.release();
  };
  const all: Promise<void>[] = [];
  for (const [i, start] of [
    () => turn(0, false),
    () => threads[0]!.run(turn, 1, true),
    () => turn(2, false),
    () => threads[1]!.run(turn, 3, false),
    () => threads[2]!.run(turn, 4, true),
    () => turn(5, false),
  ].entries()) {
    all.push(start());
    await untilWaiting(lock, i + 1);
  }
  lock.release();
  expect([lock.tryAcquire(), await lock.acquire({ timeoutMs: 0 })]).toEqual([false, false]);
  await Promise.all(all);
  expect([...order]).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('any number of waits end with one signal, and the line is as it was', async () => {
  const warned: unknown[] = [];
  const onWarning = (warning: unknown): void => {
    warned.push(warning);
  };
  process.on('warning', onWarning);
  const lock = new Lock();
  const controller = new AbortController();
  await lock.acquire();
  const all = Array.from({ length: 1000 }, (_, i) => lock.acquire(i % 2 === 0 ? { signal: controller.signal } : {}));
  expect(waiting(lock)).toBe(1000);
  controller.abort();
  expect(waiting(lock)).toBe(500);
  lock.release();
  let held = 0;
  for (const each of await Promise.all(
    all.map(async (acquired) => {
      try {
        await acquired;
        held += 1;
        lock.release();
        return 'held';
      } catch (error) {
        return (error as { code: string }).code;
      }
    }),
  ))
    expect(['held', 'HEDDLE_ABORTED']).toContain(each);
  expect([held, lock.locked()]).toEqual([500, false]);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warned).toEqual([]);
});

describe('RLock', () => {
  test('its owner takes it again, and it is free after as many releases', async () => {
    const lock = new RLock();
    await lock.acquire();
    expect(lock.tryAcquire()).toBe(true);
    expect(lock.acquireSync()).toBe(true);
    const other = threads[0]!;
    for (let i = 0; i < 3; i++) {
      expect(await other.run(() => lock.tryAcquire())).toBe(false);
      lock.release();
    }
    expect(await other.run(() => lock.tryAcquire())).toBe(true);
    expect(() => {
      lock.release();
    }).toThrow('RLock.release: somebody else owns it');
    expect(lock.locked()).toBe(true);
    await other.run(() => {
      lock.release();
    });
  });

  test('another thread may not release it', async () => {
    const lock = new RLock();
    lock.acquireSync();
    expect(
      await failureOf(
        threads[0]!.run(() => {
          lock.release();
        }),
      ),
    ).toMatchObject({ code: 'HEDDLE_INVALID_STATE' });
    expect(lock.locked()).toBe(true);
    lock.release();
  });

  test.each([
    ['block', true],
    ['await', false],
  ])('threads that %s have it one at a time, as often as they like', async (_, isBlocking) => {
    const lock = new RLock();
    const count = counters(2);
    await Promise.all(
      members.map((i) =>
        threads[i]!.run(async () => {
          for (let n = 0; n < 100; n++) {
            for (let level = 0; level < 3; level++)
              if (!(isBlocking ? lock.acquireSync() : await lock.acquire())) throw new Error('not taken');
            count[1]! += Atomics.add(count, 0, 1);
            Atomics.sub(count, 0, 1);
            for (let level = 0; level < 3; level++) lock.release();
          }
        }),
      ),
    );
    expect([...count]).toEqual([0, 0]);
  });

  describe('run', () => {
    test('makes an owner of each call, also within one thread', async () => {
      const lock = new RLock();
      const log: string[] = [];
      const inner = async (name: string): Promise<void> => {
        await lock.acquire();
        log.push(name);
        lock.release();
      };
      const outer = (name: string): Promise<string> =>
        lock.run(async () => {
          await inner(`${name}1`);
          await lock.run(() => inner(`${name}2`));
          await inner(`${name}3`);
          return name;
        });
      expect(await Promise.all(['a', 'b', 'c'].map(outer))).toEqual(['a', 'b', 'c']);
      expect(log).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3']);
      expect(lock.locked()).toBe(false);
    });

    test('of several locks, each with its owners', async () => {
      const [a, b] = [new RLock(), new RLock()];
      expect(
        await a.run(() =>
          b.run(async () => {
            expect(await a.acquire({ timeoutMs: 0 })).toBe(true);
            a.release();
            return b.tryAcquire();
          }),
        ),
      ).toBe(true);
      expect([a.locked(), b.locked()]).toEqual([false, true]);
    });

    test('releases when the function fails, and rejects with that', async () => {
      const lock = new RLock();
      await expect(
        lock.run(() => {
          throw new Error('inside');
        }),
      ).rejects.toThrow('inside');
      expect(lock.locked()).toBe(false);
      await lock.acquire();
      expect(await lock.run(() => 1)).toBe(1);
      lock.release();
      await threads[0]!.run(() => lock.acquireSync());
      expect(await failureOf(lock.run(() => 1, { timeoutMs: 1 }))).toMatchObject({ code: 'HEDDLE_TIMEOUT' });
      await threads[0]!.run(() => {
        lock.release();
      });
    });
  });
});
