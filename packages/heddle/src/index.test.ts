/** @workers */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as coroutines from '@heddle/coroutines';
import * as futures from '@heddle/futures';
import * as processes from '@heddle/processes';
import * as threads from '@heddle/threads';
import * as heddle from 'heddle';

describe('the umbrella', () => {
  test('exports what an application needs, and nothing by accident', () => {
    expect(Object.keys(heddle).sort()).toEqual([
      'AbandonedLockError',
      'AbortError',
      'Barrier',
      'BoundedSemaphore',
      'BrokenBarrierError',
      'BrokenExecutor',
      'BrokenProcessPool',
      'BrokenThreadPool',
      'CancelledError',
      'Condition',
      'CoroutineExecutor',
      'DeadlockError',
      'Event',
      'ExceptionGroup',
      'Executor',
      'Future',
      'HeddleError',
      'InlineExecutor',
      'InvalidStateError',
      'LifoQueue',
      'Lock',
      'NestingLimitError',
      'Pipe',
      'Pool',
      'PriorityQueue',
      'Process',
      'ProcessPoolExecutor',
      'ProcessQueue',
      'Queue',
      'QueueFullError',
      'RLock',
      'Runner',
      'Semaphore',
      'SerializationError',
      'ShutdownError',
      'SimpleQueue',
      'Task',
      'TaskGroup',
      'TaskNotFoundError',
      'Thread',
      'ThreadPool',
      'ThreadPoolExecutor',
      'TimeoutError',
      'Timer',
      'WorkerDiedError',
      'activeChildren',
      'activeCount',
      'allowModule',
      'any',
      'asCompleted',
      'background',
      'callback',
      'checkCancelled',
      'closure',
      'createBackground',
      'createTask',
      'currentExecutor',
      'currentProcess',
      'currentSignal',
      'currentTask',
      'currentThread',
      'detached',
      'enumerate',
      'every',
      'excepthook',
      'fallback',
      'gather',
      'getReusableProcessPoolExecutor',
      'getReusableThreadPoolExecutor',
      'hedged',
      'isHeddleError',
      'limited',
      'local',
      'mainThread',
      'memoized',
      'perWorker',
      'race',
      'retry',
      'retrying',
      'run',
      'runCoroutineThreadsafe',
      'runInExecutor',
      'runService',
      'serializable',
      'setDefaultExecutor',
      'setExcepthook',
      'shield',
      'sleep',
      'task',
      'tasksOf',
      'timed',
      'timeout',
      'timeoutAt',
      'toThread',
      'traced',
      'transfer',
      'wait',
      'waitFor',
      'wrapFuture',
    ]);
  });

  test('its classes are those of the packages', () => {
    expect(heddle.Future).toBe(futures.Future);
    expect(heddle.TimeoutError).toBe(futures.TimeoutError);
    expect(heddle.ProcessPoolExecutor).toBe(processes.ProcessPoolExecutor);
    expect(heddle.TaskGroup).toBe(coroutines.TaskGroup);
  });

  test('every error class of @heddle/futures is re-exported', () => {
    const errors = Object.keys(futures).filter((name) => /Error$|^Broken/.test(name) && name !== 'isHeddleError');
    expect(Object.keys(heddle)).toEqual(expect.arrayContaining(errors));
  });

  test('it names the versions of its packages exactly', () => {
    const { version, dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
      dependencies: Record<string, string>;
    };
    for (const wanted of Object.values(dependencies)) expect(wanted).toBe(version);
  });

  test.each(['ThreadPoolExecutor', 'ProcessPoolExecutor'] as const)('its %s runs a function', async (name) => {
    await using pool = new heddle[name]({ maxWorkers: 1 });
    expect(await pool.submit((a: number, b: number) => a + b, 1, 2)).toBe(3);
  });

  test('a Process and what it talks by: a ProcessQueue beside the Queue of threads, a Pipe', async () => {
    expect([heddle.ProcessQueue, heddle.Process, heddle.Pipe]).toEqual([processes.ProcessQueue, processes.Process, processes.Pipe]);
    expect(heddle.Queue).not.toBe(heddle.ProcessQueue);
    const queue = new heddle.ProcessQueue<number>();
    const [here, there] = heddle.Pipe();
    const child = new heddle.Process({
      target: async (numbers: heddle.ProcessQueue<number>, connection: heddle.Connection) => {
        await numbers.put(1);
        await connection.send('two');
      },
      args: [queue, there],
    });
    child.start();
    expect([await queue.get(), await here.recv()]).toEqual([1, 'two']);
    await child.join();
    here.close();
    queue.close();
  });

  test('threads go to threads, not to processes', async () => {
    await using threadPool = new heddle.ThreadPoolExecutor({ maxWorkers: 1 });
    await using processPool = new heddle.ProcessPoolExecutor({ maxWorkers: 1 });
    const thread = new heddle.Thread({ target: () => 1, name: 'warp' });
    thread.start();
    await thread.join();
    expect(await threadPool.submit(({ name }: heddle.AnyThread) => name, thread)).toBe('warp');
    const refusal = await processPool.submit((given: unknown) => given, [thread]).exception();
    expect(refusal).toMatchObject({
      code: 'HEDDLE_SERIALIZATION',
      path: 'args[0][0].encode().program',
      message: expect.stringMatching(/can't be shared with another process.*use threads/) as unknown,
    });
  });

  test('its shared executors are those of the packages', async () => {
    const [threadPool, processPool] = [
      heddle.getReusableThreadPoolExecutor({ maxWorkers: 1 }),
      heddle.getReusableProcessPoolExecutor({ maxWorkers: 1 }),
    ];
    expect(threadPool).toBe(threads.getReusableExecutor({ maxWorkers: 1 }));
    expect(processPool).toBe(processes.getReusableExecutor({ maxWorkers: 1 }));
    expect(threadPool).toBeInstanceOf(heddle.ThreadPoolExecutor);
    expect(processPool).toBeInstanceOf(heddle.ProcessPoolExecutor);
    await Promise.all([threadPool.shutdown(), processPool.shutdown()]);
  });
});
