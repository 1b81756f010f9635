/** What stays with the caller, and is called from the task: callbacks, signals, sources of items. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createInterface } from 'node:readline';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { callback } from '@heddle/serialization';
import { namedError, rejection, rejectsWith, sameData, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';
import { callUnseen } from '../tasks.js';

type Call<A extends unknown[], R> = (...args: A) => Promise<R>;

export function callerObjectTests({ given }: Suite): void {
  const { test } = given('callerObjects');
  const { test: testNested } = given('callerObjects', 'nested');

  test('callback: runs in the caller, with what it can reach there; the task gets a promise', async (t) => {
    const seen: number[] = [];
    const double = callback((n: number) => {
      seen.push(n);
      return n * 2;
    });
    const use = async (call: Call<[number], number>): Promise<number> => (await call(1)) + (await call(2));
    assert.equal(await t.executor().submit(use, double), 6);
    assert.deepEqual(seen, [1, 2]);
    assert.equal(await double(4), 8, 'called here it calls the function');
  });

  test('callback: captured, within an argument, and in the items of a map', async (t) => {
    const executor = t.executor();
    const seen: string[] = [];
    const tell = callback((text: string) => {
      seen.push(text);
    });
    await executor.submit(async () => {
      await tell('captured');
    });
    await executor.submit(
      async (options: { on: { found: Call<[string], void> } }) => {
        await options.on.found('within');
      },
      { on: { found: tell } },
    );
    const items = [1, 2, 3].map((n) => ({ n, tell }));
    assert.deepEqual(
      await executor
        .map(
          async (item: { n: number; tell: Call<[string], void> }) => {
            await item.tell(`item ${String(item.n)}`);
            return item.n;
          },
          items,
          { chunkSize: 1 },
        )
        .toArray(),
      [1, 2, 3],
    );
    assert.deepEqual(
      await executor
        .map(
          async (n: number) => {
            await tell(`chunk ${String(n)}`);
            return n;
          },
          [4, 5],
          { chunkSize: 1 },
        )
        .toArray(),
      [4, 5],
    );
    assert.deepEqual(seen.sort(), ['captured', 'chunk 4', 'chunk 5', 'item 1', 'item 2', 'item 3', 'within']);
  });

  test('callback: arguments, results and errors keep what they are', async (t) => {
    const executor = t.executor();
    const echo = callback((value: unknown) => value);
    const check = async (call: Call<[unknown], unknown>): Promise<boolean[]> => [
      (await call(new Map([[1, new Date(0)]]))) instanceof Map,
      Object.is(await call(-0), -0),
      (await call(undefined)) === undefined,
    ];
    sameData(await executor.submit(check, echo), [true, true, true]);
    const fail = callback((): never => {
      throw Object.assign(new RangeError('no'), { extra: 7 });
    });
    const caught = async (call: Call<[], never>): Promise<unknown> => {
      try {
        return await call();
      } catch (error) {
        return [(error as Error).name, (error as Error).message, (error as { extra?: number }).extra];
      }
    };
    sameData(await executor.submit(caught, fail), ['RangeError', 'no', 7]);
    namedError(await rejection(executor.submit(async (call: Call<[], never>) => await call(), fail)), 'RangeError', /no/);
  });

  test('callback: what cannot travel is refused with its path, in either direction', async (t) => {
    const executor = t.executor();
    const nothing = callback((_: unknown) => undefined);
    const there = await rejectsWith(
      executor.submit(async (call: Call<[unknown], unknown>) => await call({ at: [new WeakMap()] }), nothing),
      'HEDDLE_SERIALIZATION',
    );
    assert.equal((there as { path?: unknown }).path, 'args[0].at[0]');
    const back = await rejectsWith(
      executor.submit(
        async (call: Call<[], unknown>) => await call(),
        callback(() => ({ made: new WeakMap() })),
      ),
      'HEDDLE_SERIALIZATION',
    );
    assert.equal((back as { path?: unknown }).path, 'answer.made');
    const again = await rejectsWith(
      executor.submit(async (call: Call<[unknown], unknown>) => await call(call), nothing),
      'HEDDLE_SERIALIZATION',
    );
    assert.match(again.message, /callback is called where it was made/);
    await stillWorks(executor);
  });

  test('transforms and lines are read like other sources', async (t) => {
    const executor = t.executor();
    const collect = async (items: AsyncIterable<unknown>): Promise<string> => {
      let text = '';
      for await (const item of items) text += `${String(item)};`;
      return text;
    };
    const unpacked = Readable.from([Buffer.from('heddle')])
      .pipe(createGzip())
      .pipe(createGunzip());
    assert.equal(await executor.submit(collect, unpacked), 'heddle;');
    const through = new PassThrough({ objectMode: true });
    for (const item of ['a', 'b']) through.write(item);
    through.end();
    assert.equal(await executor.submit(() => collect(through)), 'a;b;');
    assert.equal(await executor.submit(collect, createInterface({ input: Readable.from(['one\ntwo', '\nthree']) })), 'one;two;three;');
    const duplex = new Duplex({ read: () => undefined, write: () => undefined });
    assert.match(
      (await rejectsWith(executor.submit(collect, duplex), 'HEDDLE_SERIALIZATION')).message,
      /a Duplex is written to as well; pass what is read from it: Readable\.from/,
    );
  });

  test('callback: what was called before the task ended arrives before its result, awaited or not', async (t) => {
    const seen: number[] = [];
    const tell = callback((n: number) => {
      seen.push(n);
    });
    await t.executor().submit((call: Call<[number], void>) => {
      for (let i = 0; i < 1000; i++) void call(i);
    }, tell);
    assert.deepEqual(
      seen,
      Array.from({ length: 1000 }, (_, i) => i),
    );
  });

  test('callback: no more than 256 calls of a task are under way', async (t) => {
    let open = 0;
    let most = 0;
    const slow = callback(async () => {
      most = Math.max(most, (open += 1));
      await turn();
      open -= 1;
    });
    await t.executor().submit(async (call: Call<[], void>) => {
      await Promise.all(Array.from({ length: 2000 }, () => call()));
    }, slow);
    assert.ok(most <= 256 && most > 1, `${String(most)} calls at a time`);
  });

  test('callback: released when the task has ended', async (t) => {
    const executor = t.executor({});
    const keep = (call: Call<[], void>): void => {
      (globalThis as { kept?: unknown }).kept = call;
    };
    const useKept = async (): Promise<string> => {
      const { kept } = globalThis as unknown as { kept: Call<[], void> };
      try {
        await kept();
        return 'called';
      } catch (error) {
        return `${(error as { code?: string }).code ?? ''} ${(error as Error).message}`;
      }
    };
    const all = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        await executor.submit(
          keep,
          callback(() => undefined),
        );
        return executor.submit(useKept).catch((error: unknown) => String(error));
      }),
    );
    assert.ok(
      all.some((each) => /HEDDLE_INVALID_STATE.*released when the task ended/.test(each)),
      all.join('; '),
    );
    assert.ok(!all.includes('called'));
  });

  test('callback: an error the task does not look at ends neither it nor its worker', async (t) => {
    const executor = t.executor();
    const fail = callback((): never => {
      throw new Error('unseen');
    });
    const settle = callback(() => undefined);
    sameData(await executor.submit(callUnseen, fail, settle), {
      code: 'HEDDLE_CALLBACK_THREW',
      message: 'callback threw in the caller, and the task did not look at it',
      detail: 'Error: unseen',
      result: 'whole',
    });
    await stillWorks(executor);
  });

  test('callback: runs in the async context of the submit', async (t) => {
    const storage = new AsyncLocalStorage<string>();
    const read = callback(() => storage.getStore());
    const future = storage.run('mine', () => t.executor().submit(async (call: Call<[], string | undefined>) => await call(), read));
    assert.equal(await future, 'mine');
  });

  test('callback: one that waits for the same executor, which has one worker', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const ask = callback((n: number) => executor.submit((m: number) => m + 1, n));
    assert.equal(await executor.submit(async (call: Call<[number], number>) => await call(await call(1)), ask), 3);
  });

  test('AbortSignal: the task has one that aborts with it, for the same reason', async (t) => {
    const executor = t.executor();
    const aborter = new AbortController();
    const begun = callback(() => {
      aborter.abort(Object.assign(new Error('enough'), { code: 'MINE' }));
    });
    const wait = async (signal: AbortSignal, tell: Call<[], void>): Promise<unknown[]> => {
      const before = signal.aborted;
      const aborted = new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      await tell();
      await aborted;
      return [
        before,
        signal.aborted,
        (signal.reason as Error).message,
        (signal.reason as { code?: string }).code,
        signal instanceof AbortSignal,
      ];
    };
    sameData(await executor.submit(wait, aborter.signal, begun), [false, true, 'enough', 'MINE', true]);
    assert.equal(await executor.submit((signal: AbortSignal) => signal.reason as string, AbortSignal.abort('already')), 'already');
    const { signal } = new AbortController();
    assert.equal(await executor.submit(() => signal.aborted), false, 'captured');
  });

  test('AbortSignal: no listener stays when the task has ended', async (t) => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await t.executor().submit(
      (given: AbortSignal, tell: Call<[], void>) => tell().then(() => given.aborted),
      signal,
      callback(() => {
        assert.equal(listeners, 1);
      }),
    );
    assert.equal(listeners, 0);
  });

  test('sources: an async iterable, a Readable and a ReadableStream arrive as what they are, item by item', async (t) => {
    const executor = t.executor();
    const sum = async (items: AsyncIterable<number>): Promise<number> => {
      let total = 0;
      for await (const item of items) total += item;
      return total;
    };
    const numbers = async function* (count: number): AsyncGenerator<number> {
      for (let i = 0; i < count; i++) yield await Promise.resolve(i);
    };
    assert.equal(await executor.submit(sum, numbers(1000)), 499_500);
    assert.equal(await executor.submit(sum, Readable.from([1, 2, 3])), 6);
    const text = async (input: Readable): Promise<string> => {
      const chunks: Buffer[] = [];
      input.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
      });
      await new Promise((resolve, reject) => {
        input.once('end', resolve).once('error', reject);
      });
      return Buffer.concat(chunks).toString();
    };
    assert.equal(await executor.submit(text, Readable.from([Buffer.from('a'), Buffer.from('bc')], { objectMode: false })), 'abc');
    const read = async (stream: ReadableStream<string>): Promise<string> => {
      const reader = stream.getReader();
      const first = await reader.read();
      const second = await reader.read();
      return `${String(first.value)}${String(second.value)}${String((await reader.read()).done)}`;
    };
    const stream = new ReadableStream<string>({
      start(controller) {
        controller.enqueue('x');
        controller.enqueue('y');
        controller.close();
      },
    });
    assert.equal(await executor.submit(read, stream), 'xytrue');
    const results = executor.stream(function* () {
      yield 1;
      yield 2;
    });
    assert.equal(await executor.submit(sum, results), 3, 'the results of a stream');
  });

  test('sources: read ahead by a few dozen items, and closed when the task leaves its loop', async (t) => {
    let produced = 0;
    let closed = 0;
    const endless = async function* (): AsyncGenerator<number> {
      try {
        for (;;) yield await Promise.resolve(produced++);
      } finally {
        closed += 1;
      }
    };
    const first = async (items: AsyncIterable<number>): Promise<number[]> => {
      const found: number[] = [];
      for await (const item of items) if (found.push(item) === 3) break;
      return found;
    };
    sameData(await t.executor().submit(first, endless()), [0, 1, 2]);
    assert.equal(closed, 1);
    assert.ok(produced <= 40, `${String(produced)} items were read`);
  });

  test('sources: one that the task leaves unread to its end is closed with it; one it never began is let be', async (t) => {
    let closed = 0;
    const endless = async function* (): AsyncGenerator<number> {
      try {
        for (let i = 0; ; i++) yield await Promise.resolve(i);
      } finally {
        closed += 1;
      }
    };
    const executor = t.executor();
    await executor.submit(async (items: AsyncIterable<number>) => (await items[Symbol.asyncIterator]().next()).value as number, endless());
    await t.until('the source is closed', () => closed === 1);
    const untouched = endless();
    await executor.submit((items: unknown) => typeof items, untouched);
    assert.deepEqual(await untouched.next(), { done: false, value: 0 });
    await untouched.return(undefined);
  });

  test('sources: an error arrives in its place', async (t) => {
    const failing = async function* (): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new RangeError('dry');
    };
    const collect = async (items: AsyncIterable<number>): Promise<unknown[]> => {
      const seen: unknown[] = [];
      try {
        for await (const item of items) seen.push(item);
      } catch (error) {
        seen.push((error as Error).message);
      }
      return seen;
    };
    sameData(await t.executor().submit(collect, failing()), [1, 'dry']);
  });

  test('sources: a map cannot give one to all its chunks', async (t) => {
    const shared = (async function* (): AsyncGenerator<number> {
      yield await Promise.resolve(1);
    })();
    const results = t.executor().map(async (n: number) => n + ((await shared.next()).value as number), [1, 2]);
    const error = await rejectsWith(results.toArray(), 'HEDDLE_SERIALIZATION');
    assert.match(error.message, /captured "shared".*all chunks of a map would read the same/);
  });

  test('caller objects go with tasks only: a result that holds one is refused', async (t) => {
    const executor = t.executor();
    const error = await rejectsWith(
      executor.submit(() => ({ signal: new AbortController().signal })),
      'HEDDLE_SERIALIZATION',
    );
    assert.match(error.message, /result\.signal.*AbortSignal/);
  });

  testNested("caller objects go with the caller's tasks only: a task gives none to a task of its own", async (t) => {
    const executor = t.executor();
    const pass = async (call: Call<[], void>): Promise<string> => {
      const { currentExecutor } = await import('@heddle/futures');
      try {
        await currentExecutor()?.submit(() => call());
        return 'passed';
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.match(
      await executor.submit(
        pass,
        callback(() => undefined),
      ),
      /callback is called where it was made/,
    );
  });
}
