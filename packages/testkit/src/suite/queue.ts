import assert from 'node:assert/strict';
import { rejectsWith } from '../check.js';
import type { Suite } from '../suite.js';
import { identity } from '../tasks.js';

export function queueTests({ given }: Suite): void {
  given('parallel').test('waiting tasks run in the order of submit', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, -1);
    await gate.arrived(1);
    const order: number[] = [];
    const futures = Array.from({ length: 50 }, (_, i) => executor.submit(identity<number>, i));
    for (const [i, future] of futures.entries()) future.addDoneCallback(() => order.push(i));
    gate.open();
    await Promise.all([first, ...futures]);
    assert.deepEqual(
      order,
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  given('parallel', 'priorities').test('larger priorities first; equal ones in the order of submit', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    await Promise.all(Array.from({ length: 100 }, (_, i) => executor.submit(identity<number>, i))); // now tasks are sent ahead
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 'first');
    await gate.arrived(1);
    const order: string[] = [];
    const submit = (name: string, priority?: number): Promise<unknown> => {
      const future = (priority === undefined ? executor : executor.with({ priority })).submit(identity<string>, name);
      future.addDoneCallback(() => order.push(name));
      return future;
    };
    const all = [submit('low', -5), submit('normal'), submit('high', 10), submit('high again', 10), submit('zero', 0), submit('half', 0.5)];
    await new Promise((resolve) => setImmediate(resolve));
    all.push(submit('late but highest', 100));
    await new Promise((resolve) => setImmediate(resolve)); // a worker that is free may claim others before this tick ends
    gate.open();
    await Promise.all([first, ...all]);
    assert.deepEqual(order, ['late but highest', 'high', 'high again', 'half', 'normal', 'zero', 'low']);
  });

  const { test: testLimit } = given('parallel', 'queueLimit');

  testLimit('a full queue refuses on the future; when there is room it accepts again', async (t) => {
    const executor = t.executor({ maxWorkers: 1, maxQueueSize: 2 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 0);
    await gate.arrived(1);
    const accepted = [executor.submit(identity<number>, 1), executor.submit(identity<number>, 2)];
    const refused = executor.submit(identity<number>, 3);
    const error = await rejectsWith(refused, 'HEDDLE_QUEUE_FULL');
    assert.match(error.message, /2/, 'the message tells the limit');
    gate.open();
    assert.deepEqual(await Promise.all([first, ...accepted]), [0, 1, 2]);
    assert.equal(await executor.submit(identity<number>, 4), 4);
  });

  testLimit('cancelling makes room', async (t) => {
    const executor = t.executor({ maxWorkers: 1, maxQueueSize: 1 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 0);
    await gate.arrived(1);
    assert.equal(executor.submit(identity<number>, 1).cancel(), true);
    const second = executor.submit(identity<number>, 2);
    gate.open();
    assert.deepEqual(await Promise.all([first, second]), [0, 2]);
  });

  testLimit('map waits for room instead', async (t) => {
    const executor = t.executor({ maxWorkers: 2, maxQueueSize: 3 });
    const items = Array.from({ length: 200 }, (_, i) => i);
    assert.deepEqual(await executor.map((n: number) => n, items, { chunkSize: 1 }).toArray(), items);
    assert.deepEqual(await executor.map((n: number) => n, new Set(items), { chunkSize: 1 }).toArray(), items);
    const source = async function* (): AsyncGenerator<number> {
      await Promise.resolve();
      yield* items;
    };
    assert.deepEqual(await executor.map((n: number) => n, source(), { chunkSize: 1 }).toArray(), items);
  });

  testLimit('a map that waits for room ends when the executor is shut down with cancelFutures', async (t) => {
    const executor = t.executor({ maxWorkers: 1, maxQueueSize: 1 });
    const gate = t.gate();
    const first = executor.submit(t.stay, gate.token, 0);
    await gate.arrived(1);
    const results = executor.map((n: number) => n, [1, 2, 3, 4, 5], { chunkSize: 1 });
    const down = executor.shutdown({ cancelFutures: true });
    await rejectsWith(results.toArray(), 'HEDDLE_CANCELLED');
    gate.open();
    assert.equal(await first, 0);
    await down;
  });
}
