/** What the tasks of a worker share (`perWorker`), and what runs when a worker ends (`finalizer`). */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perWorker } from '@heddle/serialization';
import { namedError, rejection } from '../check.js';
import type { Suite } from '../suite.js';
import { identity } from '../tasks.js';
import { warningsOf } from '../warnings.js';
import { useConnection, useLater, useSecondTry } from '../worker-objects.js';

interface Log {
  readonly file: string;
  lines(): string[];
}

/** A file that workers tell what they do. */
function createLog(t: { afterwards(cleanup: () => void): void }): Log {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-worker-state-'));
  t.afterwards(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'log');
  return { file, lines: () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []) };
}

export function workerStateTests(suite: Suite): void {
  const { given } = suite;
  const one = suite.can('parallel') ? { maxWorkers: 1 } : {};
  const shared = given('perWorker');
  const finalizing = given('finalizer');

  shared.test('every task of a worker gets the same object, and each worker its own; shutdown disposes each once', async (t) => {
    const log = createLog(t);
    const executor = t.newExecutor();
    const used = await Promise.all(Array.from({ length: 20 }, () => executor.submit(useConnection, log.file)));
    const byWorker = new Map(used.map(({ workerId, id }) => [workerId, id]));
    for (const { workerId, id } of used) assert.equal(id, byWorker.get(workerId));
    assert.equal(new Set(byWorker.values()).size, byWorker.size);
    assert.deepEqual(log.lines(), []);
    await executor.shutdown();
    assert.deepEqual(log.lines().sort(), [...byWorker.values()].map((id) => `disposed ${id}`).sort());
  });

  shared.test('an object whose making fails fails the task, and is made at the next call', async (t) => {
    const executor = t.newExecutor(one);
    const first = await rejection(executor.submit(useSecondTry));
    // Tasks in the caller share their module with those of other executors: one of them may have failed for all.
    if (suite.can('isolated')) namedError(first, 'RangeError', /^no connection$/);
    assert.equal(await executor.submit(useSecondTry), 2);
  });

  shared.test('an object that is made asynchronously is disposed, too', async (t) => {
    const log = createLog(t);
    const executor = t.newExecutor(one);
    const ids = await Promise.all([executor.submit(useLater, log.file), executor.submit(useLater, log.file)]);
    assert.equal(ids[0], ids[1]);
    await executor.shutdown();
    assert.deepEqual(log.lines(), [`disposed ${ids[0]}`]);
  });

  given('perWorker', 'captures').test('a task may capture the function, and get it as an argument', async (t) => {
    const executor = t.newExecutor(one);
    const begin = 40;
    const counter = perWorker(() => ({ count: begin }));
    const next = (): number => (counter().count += 1);
    const nextOf = (get: typeof counter): number => (get().count += 1);
    assert.equal(await executor.submit(next), 41);
    assert.equal(await executor.submit(nextOf, counter), 42);
    assert.deepEqual(await executor.map(() => next(), [1, 2]).toArray(), [43, 44]);
  });

  given('perWorker', 'maxTasksPerWorker', 'parallel').test('a worker that retires disposes its object', async (t) => {
    const log = createLog(t);
    const executor = t.newExecutor({ maxWorkers: 1, maxTasksPerWorker: 1 });
    const { id } = await executor.submit(useConnection, log.file);
    const other = await executor.submit(useConnection, log.file);
    assert.notEqual(id, other.id);
    await executor.shutdown();
    assert.deepEqual(log.lines().sort(), [`disposed ${id}`, `disposed ${other.id}`].sort());
  });

  finalizing.test('the finalizer runs in each worker after its last task, before what its tasks shared is disposed', async (t) => {
    const log = createLog(t);
    const { file } = log;
    const finalizer = (): void => {
      appendFileSync(file, 'finalizer\n');
    };
    const executor = t.newExecutor({ ...one, finalizer });
    const { id } = await executor.submit(useConnection, file);
    assert.deepEqual(log.lines(), []);
    await executor.shutdown();
    assert.deepEqual(log.lines(), ['finalizer', `disposed ${id}`]);
  });

  finalizing.test('an asynchronous finalizer is awaited, and one executor runs it once', async (t) => {
    const log = createLog(t);
    const { file } = log;
    const finalizer = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      appendFileSync(file, 'finalizer\n');
    };
    const executor = t.newExecutor({ ...one, finalizer });
    await executor.submit(identity, 1);
    await Promise.all([executor.shutdown(), executor.shutdown()]);
    assert.deepEqual(log.lines(), ['finalizer']);
  });

  given('finalizer', 'parallel').test('a finalizer that never ends is stopped after its time, and told', async (t) => {
    const finalizer = async (): Promise<void> => {
      await new Promise(() => undefined);
    };
    const executor = t.newExecutor({ maxWorkers: 1, finalizer, finalizerTimeoutMs: 100 });
    await executor.submit(identity, 1);
    const [warning] = await warningsOf('HEDDLE_FINALIZER_FAILED', 1, () => executor.shutdown());
    assert.match(warning?.message ?? '', /was stopped amid its finalizer/);
  });
}
