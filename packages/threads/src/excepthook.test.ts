/** @workers */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { until } from '@heddle/testkit/support';
import { Thread, excepthook, setExcepthook, type ThreadFailure } from '@heddle/threads';
import { Latch, type LatchWords } from './test-support/latch.js';
import { leavingNoThread } from './test-support/leaving-no-thread.js';

const fails = (message: string): never => {
  throw new RangeError(message);
};

describe('excepthook', () => {
  afterEach(() => {
    setExcepthook(undefined);
    jest.restoreAllMocks();
  });

  function collect(): ThreadFailure[] {
    const failures: ThreadFailure[] = [];
    setExcepthook((failure) => {
      failures.push(failure);
    });
    return failures;
  }

  test(
    'is told of each exception before join() resolves, whoever waits for the result',
    leavingNoThread(async () => {
      const failures = collect();
      const [alone, awaited] = [new Thread({ target: fails, args: ['alone'] }), new Thread({ target: fails, args: ['awaited'] })];
      alone.start();
      await alone.join();
      awaited.start();
      await Promise.allSettled([awaited.result()]);
      expect(failures).toEqual([
        {
          thread: alone,
          error: new RangeError('alone'),
          startedAt: expect.stringMatching(/^ +--- started ---\n/) as unknown,
          isAwaited: false,
        },
        { thread: awaited, error: new RangeError('awaited'), startedAt: expect.anything() as unknown, isAwaited: true },
      ]);
    }),
  );

  test(
    'is told of what joinSync() waited for, before that returns',
    leavingNoThread(async () => {
      const failures = collect();
      const thread = new Thread({ target: fails, args: ['sync'] });
      thread.start();
      expect(thread.joinSync()).toBe(true);
      expect(failures.map(({ error }) => error)).toEqual([new RangeError('sync')]);
      await thread.join();
      expect(failures).toHaveLength(1);
    }),
  );

  test(
    'of deaths: WorkerDiedError, but for process.exit(0), as of a SystemExit',
    leavingNoThread(async () => {
      const failures = collect();
      const codes = [0, 7];
      for (const code of codes) {
        const thread = new Thread({ target: (exitCode: number) => process.exit(exitCode), args: [code], name: `exit ${String(code)}` });
        thread.start();
        await thread.join();
      }
      const hoard = (): void => {
        const list: unknown[] = [];
        for (;;) list.push(Array.from({ length: 1000 }, Math.random));
      };
      const hoarder = new Thread({ target: hoard, name: 'hoarder', resourceLimits: { maxOldGenerationSizeMb: 16 } });
      hoarder.start();
      await hoarder.join();
      expect(failures.map(({ thread, error }) => [thread.name, (error as Error).name, (error as { exitCode?: number }).exitCode])).toEqual([
        ['exit 7', 'WorkerDiedError', 7],
        ['hoarder', 'WorkerDiedError', 1],
      ]);
    }),
  );

  test(
    'of what a target left behind',
    leavingNoThread(async () => {
      const failures = collect();
      const latch = new Latch();
      const thread = new Thread({
        target: (words: LatchWords) => {
          setInterval(() => {
            if (Atomics.load(words, 0) === 1) throw new TypeError('afterwards');
          }, 1);
        },
        args: [latch.words],
      });
      thread.start();
      expect(await thread.result()).toBeUndefined();
      expect(failures).toEqual([]);
      latch.open();
      await until('the failure', () => failures.length > 0);
      expect(failures[0]).toMatchObject({ thread, error: new TypeError('afterwards') });
      expect(await thread.result()).toBeUndefined();
    }),
  );

  test(
    'errors arrive with their class and what they carry',
    leavingNoThread(async () => {
      const failures = collect();
      const thread = new Thread({
        target: () => {
          throw new AggregateError([new TypeError('inner')], 'outer', { cause: 'a cause' });
        },
      });
      thread.start();
      await thread.join();
      const { error } = failures[0]!;
      expect(error).toBeInstanceOf(AggregateError);
      expect(error).toMatchObject({ message: 'outer', cause: 'a cause', errors: [new TypeError('inner')] });
    }),
  );

  test(
    'one that throws is reported, and changes nothing',
    leavingNoThread(async () => {
      setExcepthook(() => {
        throw new Error('the hook broke');
      });
      const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const thread = new Thread({ target: fails, args: ['x'], name: 'weaver' });
      thread.start();
      expect(await thread.join()).toBe(true);
      expect(warn.mock.calls).toEqual([
        [
          'the excepthook threw when it was told of thread weaver',
          { type: 'HeddleWarning', code: 'HEDDLE_CALLBACK_THREW', detail: expect.stringMatching(/the hook broke/) as unknown },
        ],
      ]);
    }),
  );

  test(
    'the previous one can be called, and restored',
    leavingNoThread(async () => {
      const calls: string[] = [];
      setExcepthook(() => {
        calls.push('first');
      });
      const first = setExcepthook((failure) => {
        calls.push('second');
        first(failure);
      });
      const thread = new Thread({ target: fails, args: ['x'] });
      thread.start();
      await thread.join();
      setExcepthook(first);
      excepthook({ thread, error: 1, startedAt: '', isAwaited: false });
      expect(calls).toEqual(['second', 'first', 'first']);
    }),
  );

  test('the default reports by a warning', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    excepthook({
      thread: new Thread({ target: fails, name: 'weaver' }),
      error: 'a knot',
      startedAt: '    --- started ---\n    at here',
      isAwaited: false,
    });
    expect(warn.mock.calls).toEqual([
      [
        'Exception in thread weaver',
        { type: 'HeddleWarning', code: 'HEDDLE_THREAD_FAILED', detail: 'a knot\n    --- started ---\n    at here' },
      ],
    ]);
  });

  test('no function', () => {
    expect(() => setExcepthook(5 as never)).toThrow(new TypeError('setExcepthook: hook must be a function, got 5'));
  });
});
