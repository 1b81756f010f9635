import { describe, expect, test } from '@jest/globals';
import { InvalidStateError } from '@heddle/futures';
import { failureOf, nextWarning, warningsOf } from '@heddle/testkit/support';
import { Gate } from '../test-support/gate.js';
import { timersLeftBy } from '../test-support/leftovers.js';
import { sleep } from '../time/sleep.js';
import { timeout } from '../time/timeout.js';
import { background, createBackground } from './background.js';
import { createTask } from './create-task.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};

describe('background', () => {
  test('outlives the scope it is begun in', async () => {
    const own = createBackground();
    const gate = new Gate();
    let ended = false;
    const task = createTask(async () => {
      own(async () => {
        await gate.promise;
        await sleep(0);
        ended = true;
      });
      await forever();
    });
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect([own.size, ended]).toEqual([1, false]);
    gate.open();
    await own.drain();
    expect([own.size, ended]).toEqual([0, true]);
  });

  test('gives a task, with arguments and types', async () => {
    const task = background(async (a: number, b: number) => a + b, 1, 2);
    const sum: number = await task;
    expect([sum, background.size]).toEqual([3, 0]);
  });

  test('reports what fails, by name, at once', async () => {
    const warning = nextWarning('HEDDLE_BACKGROUND_FAILED');
    background(async function log() {
      throw new RangeError('disk full');
    });
    expect(await warning).toMatchObject({
      message: 'background task "log" failed',
      detail: expect.stringContaining('RangeError: disk full'),
    });
    await background.drain();
  });

  test('reports to whom it was told to; a reporter that throws is reported', async () => {
    const told: unknown[] = [];
    const own = createBackground({
      onError: (error, name) => {
        told.push([name, (error as Error).message]);
        throw new Error('reporter');
      },
    });
    const warning = nextWarning('HEDDLE_CALLBACK_THREW');
    own(async function log() {
      throw new RangeError('disk full');
    });
    await own.drain();
    expect([told, (await warning).detail]).toEqual([[['log', 'disk full']], expect.stringContaining('reporter')]);
  });

  test('a task that is cancelled is no failure', async () => {
    const told: unknown[] = [];
    const own = createBackground({ onError: (error) => told.push(error) });
    own(forever).cancel();
    const running = own(forever);
    await sleep(0);
    running.cancel();
    await own.drain();
    expect(told).toEqual([]);
  });

  test.each([[undefined], [Promise.resolve()]])('%p is no function', (wrong) => {
    expect(() => background(wrong as never)).toThrow(/^background: a function is needed, got /);
    expect(background.size).toBe(0);
  });
});

describe('drain', () => {
  test('waits for those that are begun meanwhile, too', async () => {
    const own = createBackground();
    const log: number[] = [];
    const next = async (n: number): Promise<void> => {
      await sleep(0);
      log.push(n);
      if (n < 3) own(next, n + 1);
    };
    own(next, 1);
    await own.drain();
    expect(log).toEqual([1, 2, 3]);
    await own.drain();
  });

  test('after timeoutMs cancels what is left, and waits for its cleanup', async () => {
    const own = createBackground();
    const log: string[] = [];
    own(() => forever().finally(() => log.push('cleaned up')));
    expect(await timersLeftBy(() => own.drain({ timeoutMs: 1 }))).toBe(0);
    expect([log, own.size]).toEqual([['cleaned up'], 0]);
    own(() => 1);
    expect(await timersLeftBy(() => own.drain({ timeoutMs: 60_000 }))).toBe(0);
  });

  test('is a wait like any other: it ends with its scope, and the tasks go on', async () => {
    const own = createBackground();
    const task = own(forever);
    await expect(timeout(1, () => own.drain())).rejects.toThrow('the time was up');
    expect([own.size, task.done()]).toEqual([1, false]);
    task.cancel();
    await own.drain();
  });

  test('in one of its tasks would never end: refused', async () => {
    const own = createBackground();
    await warningsOf('HEDDLE_BACKGROUND_FAILED', 2, async () => {
      await expect(own(() => createTask(() => own.drain()))).rejects.toThrow(InvalidStateError);
      await expect(own(() => own.drain())).rejects.toThrow('drain: a background task would wait for itself');
    });
  });

  test.each([
    [{ timeoutMs: -1 }, RangeError],
    [{ timeoutMs: Number.NaN }, RangeError],
    [{ timeout: 5 }, TypeError],
  ])('options %p', async (options, type) => {
    await expect(background.drain(options as never)).rejects.toThrow(type);
    expect(() => createBackground({ onError: 5 } as never)).toThrow(TypeError);
  });
});
