/** @workers */
import { threadId } from 'node:worker_threads';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createTask, runCoroutineThreadsafe, runInExecutor, sleep } from '@heddle/coroutines';
import { callback } from '@heddle/serialization';
import { until } from '@heddle/testkit/support';
import { ThreadPoolExecutor } from '@heddle/threads';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.shutdown());

type Ask<R> = (question: string) => Promise<R>;

describe('runCoroutineThreadsafe', () => {
  test('runs a coroutine on the main loop from a thread, and gives its value there', async () => {
    const ask = callback(async (question: string) => {
      await sleep(1);
      return [question, threadId];
    });
    const asking = async (fn: Ask<unknown[]>): Promise<unknown[]> => {
      const { runCoroutineThreadsafe } = await import('@heddle/coroutines');
      const { threadId } = await import('node:worker_threads');
      const answer = runCoroutineThreadsafe(fn, 'where');
      return [...(await answer.result(60_000)), threadId !== 0];
    };
    expect(await pool.submit(asking, ask)).toEqual(['where', threadId, true]);
  });

  test('its error arrives there, and a task that is given several does them at the same time', async () => {
    const ask = callback(async (question: string) => {
      if (question === 'b') throw new RangeError(question);
      return question;
    });
    const asking = async (fn: Ask<string>): Promise<unknown[]> => {
      const { gather, runCoroutineThreadsafe } = await import('@heddle/coroutines');
      const results = await gather(
        ['a', 'b', 'c'].map((each) => runCoroutineThreadsafe(fn, each)),
        { returnExceptions: true },
      );
      return results.map(String);
    };
    expect(await pool.submit(asking, ask)).toEqual(['a', 'RangeError: b', 'c']);
  });

  test('waiting for it ends with the scope there', async () => {
    const ask = callback(() => new Promise<string>(() => undefined));
    const asking = async (fn: Ask<string>): Promise<string> => {
      const { runCoroutineThreadsafe, timeout } = await import('@heddle/coroutines');
      return await timeout(1, () => runCoroutineThreadsafe(fn, 'x')).catch((error: unknown) => (error as Error).name);
    };
    expect(await pool.submit(asking, ask)).toBe('TimeoutError');
  });

  test('the coroutine is cancelled with the scope that the task was submitted in', async () => {
    const log: string[] = [];
    const ask = callback(async (question: string) => {
      log.push(question);
      await sleep(Infinity).finally(() => log.push('cleaned up'));
    });
    const task = createTask(() =>
      runInExecutor(
        pool,
        async (fn: Ask<void>) => {
          const { runCoroutineThreadsafe } = await import('@heddle/coroutines');
          await runCoroutineThreadsafe(fn, 'asked');
        },
        ask,
      ),
    );
    await until('it to ask', () => log.length === 1);
    task.cancel();
    await expect(task).rejects.toMatchObject({ code: 'HEDDLE_CANCELLED' });
    expect(log).toEqual(['asked', 'cleaned up']);
  });

  test('on the main loop itself any function will do', async () => {
    expect(await runCoroutineThreadsafe(async (a: number, b: number) => a + b, 1, 2)).toBe(3);
  });

  test('a function that would run on the thread is refused there', async () => {
    const asking = async (): Promise<string> => {
      const { runCoroutineThreadsafe } = await import('@heddle/coroutines');
      try {
        await runCoroutineThreadsafe(async function local() {
          return 1;
        });
        return 'it ran';
      } catch (error) {
        return String(error);
      }
    };
    expect(await pool.submit(asking)).toBe(
      'TypeError: runCoroutineThreadsafe: function local would run in this worker; have the caller give the task callback(fn), and pass that',
    );
  });

  test.each([[undefined], [Promise.resolve()]])('%p is no function', (wrong) => {
    expect(() => runCoroutineThreadsafe(wrong as never)).toThrow(/^runCoroutineThreadsafe: a function is needed, got /);
  });
});
