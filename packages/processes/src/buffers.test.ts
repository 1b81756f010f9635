/**
 * Large binary values: whole, without being shared with the caller, and clear about what is too much.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { transfer } from '@heddle/serialization';
import { failureOf, identity } from '@heddle/testkit/support';
import { withPool } from './test-support/with-pool.js';

const mebibyte = 2 ** 20;

describe('large buffers', () => {
  test('64 MiB there and back, in several shapes at once', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const numbers = new Float64Array(8 * mebibyte).map((_, i) => i);
      const back = await pool.submit(identity, numbers);
      expect(back).toBeInstanceOf(Float64Array);
      expect(back.length).toBe(numbers.length);
      expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(numbers.buffer))).toBe(0);
      const shapes = await pool.submit(
        (a: Uint8Array, b: ArrayBuffer, c: DataView, d: { deep: BigInt64Array[] }) => [
          a.length,
          b.byteLength,
          c.byteLength,
          d.deep[0]?.[0],
        ],
        Buffer.alloc(3 * mebibyte, 1),
        new ArrayBuffer(2 * mebibyte),
        new DataView(new ArrayBuffer(mebibyte), 8),
        { deep: [new BigInt64Array([5n])] },
      );
      expect(shapes).toEqual([3 * mebibyte, 2 * mebibyte, mebibyte - 8, 5n]);
    });
  });

  test('what the caller does to them after submit does not reach the task', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await pool.submit(identity, 0); // a worker is there: the message leaves at once
      const bytes = new Uint8Array(32 * mebibyte).fill(1);
      const sum = pool.submit((data: Uint8Array) => data.reduce((a, b) => a + b, 0), bytes);
      const bare = pool.submit((data: ArrayBuffer) => new Uint8Array(data).reduce((a, b) => a + b, 0), bytes.buffer);
      bytes.fill(9);
      expect(await sum).toBe(32 * mebibyte);
      expect(await bare).toBe(32 * mebibyte);
    });
  });

  test('views on one buffer share it again, and with the buffer itself', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      for (const size of [64, mebibyte]) {
        const buffer = new ArrayBuffer(size);
        const same = await pool.submit(
          (value: { a: Uint8Array; b: DataView; buffer: ArrayBuffer }) => {
            value.a[8] = 7;
            return [value.a.buffer === value.buffer, value.b.buffer === value.buffer, value.b.getUint8(0)];
          },
          { a: new Uint8Array(buffer), b: new DataView(buffer, 8), buffer },
        );
        expect(same).toEqual([true, true, 7]);
      }
    });
  });

  test('transfer moves: the caller has it no more', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      for (let round = 0; round < 2; round++) {
        // no worker yet; then one that waits
        const bytes = new Uint8Array(mebibyte).fill(3);
        const future = pool.submit((data: Uint8Array) => [data.length, data.at(-1)], transfer(bytes));
        expect(bytes.byteLength).toBe(0);
        expect(await future).toEqual([mebibyte, 3]);
      }
    });
  });

  test('a map over buffers', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const items = Array.from({ length: 20 }, (_, i) => new Uint8Array(100_000).fill(i));
      expect(await pool.map((data: Uint8Array) => data[99_999], items, { chunkSize: 3 }).toArray()).toEqual(items.map((_, i) => i));
    });
  });
});

describe('very large buffers', () => {
  test('1 GiB works', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await pool.submit(identity, 0);
      expect(await pool.submit((data: Uint8Array) => data.length, transfer(new Uint8Array(2 ** 30)))).toBe(2 ** 30);
      expect(await pool.submit(() => new Uint8Array(2 ** 30).length)).toBe(2 ** 30);
    });
  });

  test('more than a frame may carry is refused before anything breaks, in both directions', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await pool.submit(identity, 0);
      const tooMuch = /a message of \d+ bytes in 2 parts is more than a process can be sent at once/;
      const argument = await failureOf(pool.submit((data: Uint8Array) => data.length, new Uint8Array(2 ** 31)));
      expect(argument).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
      expect(argument.message).toMatch(tooMuch);
      const result = await failureOf(pool.submit(() => new Uint8Array(2 ** 31)));
      expect(result).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
      expect(result.message).toMatch(tooMuch);
      expect(await pool.submit(identity, 1)).toBe(1);
      expect(pool.statistics().crashes).toBe(0);
    });
  });
});

test('what only threads can be given is refused with its path', async () => {
  await withPool({ maxWorkers: 1 }, async (pool) => {
    const rows: [value: unknown, message: RegExp][] = [
      [{ shared: new SharedArrayBuffer(8) }, /args\[0\]\.shared: a SharedArrayBuffer can't be shared with another process/],
      [[new Int32Array(new SharedArrayBuffer(8))], /args\[0\]\[0\]: a SharedArrayBuffer/],
      [{ file: new Blob(['x']) }, /args\[0\]\.file: a Blob can't leave its process/],
      [{ port: transfer(new MessageChannel().port1) }, /args\[0\]\.port: a MessagePort can't leave its process/],
    ];
    for (const [value, message] of rows) {
      const failure = await failureOf(pool.submit(identity, value));
      expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
      expect(failure.message).toMatch(message);
    }
    expect((await failureOf(pool.submit(() => ({ made: new SharedArrayBuffer(8) })))).message).toMatch(/result\.made: a SharedArrayBuffer/);
    expect(await pool.submit(identity, 1)).toBe(1);
  });
});
