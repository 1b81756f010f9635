/** Sources of items (async iterables and streams) that stay with the caller and are read from the task. */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { refusedWith, rejectsWith, sameData } from '../check.js';
import type { Suite } from '../suite.js';

export function itemSourceTests({ given }: Suite): void {
  const { test } = given('callerObjects');

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

  test('sources: one that the task leaves unread to its end is closed with it; one it never began is not closed', async (t) => {
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

  given('callerObjects', 'captures').test('sources: a map cannot give one to all its chunks', async (t) => {
    const shared = (async function* (): AsyncGenerator<number> {
      yield await Promise.resolve(1);
    })();
    const results = t.executor().map(async (n: number) => n + ((await shared.next()).value as number), [1, 2]);
    await refusedWith(results.toArray(), /captured "shared".*all chunks of a map would read the same/);
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
    assert.equal(await executor.submit(collect, through), 'a;b;');
    assert.equal(await executor.submit(collect, createInterface({ input: Readable.from(['one\ntwo', '\nthree']) })), 'one;two;three;');
    const duplex = new Duplex({ read: () => undefined, write: () => undefined });
    assert.match(
      (await rejectsWith(executor.submit(collect, duplex), 'HEDDLE_SERIALIZATION')).message,
      /a Duplex is written to as well; pass what is read from it: Readable\.from/,
    );
  });
}
