/**
 * Arguments are what they were at submit: copied, moved or shared.
 *
 * @workers
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { transfer } from '@heddle/serialization';
import { failureOf } from '@heddle/testkit/support';
import { block } from './test-support/latch.js';
import { failureAmid, identity, warm, withPool } from './test-support/with-pool.js';

const large = (): { list: { n: number }[]; bytes: Uint8Array } => ({
  list: Array.from({ length: 200 }, () => ({ n: 1 })),
  bytes: new Uint8Array(8192).fill(1),
});
const small = (): { list: { n: number }[]; bytes: Uint8Array } => ({ list: [{ n: 1 }], bytes: new Uint8Array(8).fill(1) });
const sum = ({ list, bytes }: ReturnType<typeof large>): number =>
  list.reduce((total, { n }) => total + n, 0) + bytes.reduce((total, n) => total + n, 0);

describe('what is changed after submit does not reach the task', () => {
  test.each([
    ['small', small, 9],
    ['large', large, 8392],
  ])('%s: to an idle worker, and in the queue', async (_name, make, expected) => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      await warm(pool);
      const change = (value: ReturnType<typeof large>): void => {
        for (const each of value.list) each.n = 1000;
        value.list.push({ n: 1_000_000 });
        value.bytes.fill(200);
      };
      const now = make();
      const direct = pool.submit(sum, now);
      change(now);
      expect(await direct).toBe(expected);
      const gate = latch();
      const busy = pool.submit(block, gate.words, 1);
      await gate.arrived(1);
      const later = make();
      const queued = pool.submit(sum, later);
      const mapped = make();
      const map = pool.map(sum, [mapped, mapped]);
      change(later);
      change(mapped);
      gate.open();
      expect(await queued).toBe(expected);
      expect(await map.toArray()).toEqual([expected, expected]);
      await busy;
    });
  });
});

describe('transfer', () => {
  test('detaches at once, to an idle worker and in the queue; nothing is copied', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      await warm(pool);
      const total = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
      const direct = new Float64Array(1000).fill(2);
      const first = pool.submit(total, transfer(direct));
      expect(direct.length).toBe(0);
      const gate = latch();
      const busy = pool.submit(block, gate.words, 1);
      await gate.arrived(1);
      const later = new Float64Array(1000).fill(3);
      const second = pool.submit(total, transfer(later));
      expect(later.length).toBe(0);
      gate.open();
      expect(await Promise.all([first, second])).toEqual([2000, 3000]);
      await busy;
    });
  });

  test('of a result', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const make = async (): Promise<Float64Array> => {
        const { transfer: move } = await import('@heddle/serialization');
        const values = new Float64Array(1000).fill(4);
        (globalThis as { kept?: Float64Array }).kept = values;
        return move(values);
      };
      expect((await pool.submit(make)).length).toBe(1000);
      expect(await pool.submit(() => (globalThis as { kept?: Float64Array }).kept?.length)).toBe(0);
    });
  });

  test('beside what can not travel moves nothing', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await warm(pool);
      const values = new Float64Array(1000).fill(2);
      const failure = await failureOf(pool.submit((...args: unknown[]) => args.length, transfer(values), { method: new WeakMap() }));
      expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'args[1].method' });
      expect(values.length).toBe(1000);
    });
  });

  test('of a port: the other end talks to the task', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise((resolve) => {
        port1.once('message', resolve);
      });
      await pool.submit((port: MessagePort) => {
        port.postMessage('from the task');
        port.close();
      }, transfer(port2));
      expect(await answer).toBe('from the task');
      port1.close();
    });
  });

  test('what is moved already is refused', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await warm(pool);
      const values = new Float64Array(10);
      await pool.submit(identity, transfer(values));
      for (const again of [transfer(values), values]) {
        const failure = await failureAmid(pool, () => pool.submit(identity, again));
        expect(failure).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'args[0]' });
        expect(failure.message).toMatch(/its memory was moved before/);
      }
      const direct = await failureOf(pool.submit(identity, transfer(values)));
      expect(direct).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'args[0]' });
      await warm(pool);
    });
  });
});

test('a SharedArrayBuffer is the same memory on both sides', async () => {
  await withPool({ maxWorkers: 2 }, async (pool) => {
    const words = new Int32Array(new SharedArrayBuffer(8));
    await Promise.all(Array.from({ length: 100 }, () => pool.submit((shared: Int32Array) => Atomics.add(shared, 0, 1), words)));
    expect(words[0]).toBe(100);
    await pool.submit((shared: SharedArrayBuffer) => {
      new Int32Array(shared)[1] = 7;
    }, words.buffer);
    expect(words[1]).toBe(7);
  });
});
