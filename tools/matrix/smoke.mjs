/**
 * What every runtime has to do: `RUNTIME tools/matrix/smoke.mjs EXECUTOR`. It prints a line of JSON for each step.
 * With `refused` for EXECUTOR, the process pool has to be refused with a remedy.
 */
import assert from 'node:assert/strict';
import { ProcessPoolExecutor, ThreadPoolExecutor, closure } from 'heddle';
import { triple } from './tasks.mjs';

const STEP_LIMIT_MS = 20_000;
const [which] = process.argv.slice(2);
const isNode = process.versions.bun === undefined && process.versions.deno === undefined;

async function step(name, body) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${STEP_LIMIT_MS / 1000} s`)), STEP_LIMIT_MS);
  });
  try {
    await Promise.race([body(), late]);
    console.log(JSON.stringify({ step: name }));
  } catch (error) {
    console.log(JSON.stringify({ step: name, problem: error?.stack ?? String(error) }));
  }
  clearTimeout(timer);
}

if (which === 'refused') {
  await step('a process pool is refused with a remedy', async () => {
    assert.throws(() => new ProcessPoolExecutor(), { code: 'HEDDLE_INVALID_STATE', message: /use threads/ });
  });
} else {
  await pool(which === 'threads' ? new ThreadPoolExecutor({ maxWorkers: 2 }) : new ProcessPoolExecutor({ maxWorkers: 2 }));
}
process.exit(0);

async function pool(executor) {
  const scale = { factor: 5 }; // an object: Bun writes the value of a constant in its place
  await step('by reference', async () => assert.equal(await executor.submit(triple, 4), 12));
  await step('by source', async () => assert.equal(await executor.submit((n) => n + 1, 4), 5));
  await step('named captures', async () =>
    assert.equal(
      await executor.submit(
        closure((n) => n * scale.factor, { scale }),
        4,
      ),
      20,
    ),
  );
  await step(isNode ? 'captures' : 'captures are refused with a remedy', async () => {
    const future = executor.submit((n) => n * scale.factor, 4);
    if (isNode) assert.equal(await future, 20);
    else await assert.rejects(future, { code: 'HEDDLE_SERIALIZATION', message: /closure\(fn, \{ scale \}\)/ });
  });
  await step('an error', async () => {
    const fail = () => {
      throw new RangeError('too far');
    };
    await assert.rejects(executor.submit(fail), { name: 'RangeError', message: 'too far' });
  });
  await step('map', async () => assert.deepEqual(await executor.map((n) => n * n, [1, 2, 3]).toArray(), [1, 4, 9]));
  await step('values', async () => {
    const value = { map: new Map([[1, new Set([2n])]]), bytes: new Uint8Array(100_000).fill(7), bare: Object.create(null) };
    assert.deepEqual(await executor.submit((each) => each, value), value);
  });
  await step('a function as argument', async () =>
    assert.equal(
      await executor.submit(
        (of) => of(3),
        (n) => n * 7,
      ),
      21,
    ),
  );
  await step('cancel', async () => {
    const busy = [0, 1].map(() => executor.submit(() => new Promise((resolve) => setTimeout(resolve, 200))));
    const waiting = executor.submit(() => 1);
    assert.equal(waiting.cancel(), true);
    await assert.rejects(waiting, { code: 'HEDDLE_CANCELLED' });
    await Promise.all(busy);
  });
  await step('abort', async () => {
    const endless = executor.submit(() => {
      for (;;);
    });
    while (!endless.running()) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(await endless.abort(), true);
    await assert.rejects(endless, { code: 'HEDDLE_ABORTED' });
  });
  await step('the death of a worker', async () => {
    await assert.rejects(
      executor.submit(() => process.exit(3)),
      { code: 'HEDDLE_WORKER_DIED' },
    );
    assert.equal(await executor.submit(triple, 5), 15);
  });
  await step('shutdown', () => executor.shutdown());
}
