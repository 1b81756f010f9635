/** What waits and knows nothing of scopes: the ambient signal, as locks and queues use it. */
import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { CancelledError } from '@heddle/futures';
import { ambientSignal, StopSignals } from '@heddle/futures/authors';
import { failureOf } from '@heddle/testkit/support';
import { shield } from '../gather/shield.js';
import { createTask } from '../tasks/create-task.js';
import { TaskGroup } from '../tasks/task-group.js';
import { sleep } from '../time/sleep.js';
import { timeout } from '../time/timeout.js';
import { currentSignal } from './check-cancelled.js';

/** A lock as another package would write it. */
class Latch {
  readonly #waiting: (() => void)[] = [];

  get waiting(): number {
    return this.#waiting.length;
  }

  async acquire(signal?: AbortSignal): Promise<void> {
    const signals = new StopSignals('Latch.acquire', signal);
    signals.check();
    await new Promise<void>((resolve, reject) => {
      const granted = (): void => {
        stopListening();
        resolve();
      };
      this.#waiting.push(granted);
      const stopListening = signals.listen((error) => {
        this.#waiting.splice(this.#waiting.indexOf(granted), 1);
        reject(error);
      });
    });
  }

  release(): void {
    this.#waiting.shift()?.();
  }
}

describe('a wait that knows nothing of scopes', () => {
  test("ends with its scope, with the scope's own error, and takes itself back", async () => {
    const latch = new Latch();
    let signal: AbortSignal | undefined;
    const task = createTask(async () => {
      signal = currentSignal();
      await latch.acquire();
    });
    await sleep(0);
    expect(latch.waiting).toBe(1);
    task.cancel('why');
    const error = await failureOf(task);
    expect(error).toBe(signal?.reason);
    expect(error).toBeInstanceOf(CancelledError);
    expect([error.cause, task.cancelled(), latch.waiting, getEventListeners(signal as EventTarget, 'abort').length]).toEqual([
      'why',
      true,
      0,
      0,
    ]);
  });

  test('does not begin in a cancelled scope, and does under a shield', async () => {
    const latch = new Latch();
    const log: unknown[] = [];
    const task = createTask(async () => {
      await sleep(Infinity).catch(() => undefined);
      await latch.acquire().catch((error: unknown) => log.push((error as Error).name));
      await shield(() => latch.acquire());
      log.push('under the shield');
    });
    await sleep(0);
    task.cancel();
    await sleep(0);
    await sleep(0);
    latch.release();
    await task;
    expect(log).toEqual(['CancelledError', 'under the shield']);
  });

  test('ends with groups and time limits', async () => {
    const latch = new Latch();
    await expect(timeout(1, () => latch.acquire())).rejects.toThrow('the time was up');
    await expect(
      TaskGroup.run(async (group) => {
        group.createTask(() => latch.acquire());
        await sleep(0);
        throw new RangeError('x');
      }),
    ).rejects.toMatchObject({ errors: [new RangeError('x')] });
    expect(latch.waiting).toBe(0);
  });

  test('that is granted leaves no listener', async () => {
    const latch = new Latch();
    const left = createTask(async () => {
      const { signal } = new AbortController();
      const acquiring = latch.acquire(signal);
      latch.release();
      await acquiring;
      return [signal, currentSignal()].map((each) => getEventListeners(each, 'abort').length);
    });
    expect(await left).toEqual([0, 0]);
  });
});

describe('currentSignal', () => {
  test('is one for a scope, and an own one outside of all that never aborts', async () => {
    expect(ambientSignal()).toBeUndefined();
    expect([currentSignal().aborted, currentSignal() === currentSignal()]).toEqual([false, false]);
    const [same, nested] = await createTask(async () => {
      const outer = currentSignal();
      await sleep(0);
      return [outer === currentSignal(), await timeout(1000, () => currentSignal() === outer)];
    });
    expect([same, nested]).toEqual([true, false]);
  });

  test('in a callback of a timer it is that of whoever set it', async () => {
    const task = createTask(
      () =>
        new Promise<boolean>((resolve) => {
          const signal = currentSignal();
          setTimeout(() => {
            resolve(currentSignal() === signal);
          }, 1);
        }),
    );
    expect(await task).toBe(true);
  });
});
