import assert from 'node:assert/strict';
import v8 from 'node:v8';
import vm from 'node:vm';
import type { Executor, Future } from '@heddle/futures';
import type { Scope } from '../scope.js';
import type { Suite } from '../suite.js';
import { identity } from '../tasks.js';

function collector(): () => void {
  v8.setFlagsFromString('--expose-gc');
  return vm.runInNewContext('gc') as () => void;
}

/** Resolves when all these objects have been collected. */
async function collected(t: Scope, refs: WeakRef<object>[], what: string): Promise<void> {
  const gc = collector();
  await t.until(`${what} to be collected`, () => {
    gc();
    return refs.every((ref) => ref.deref() === undefined);
  });
}

/** Submits tasks in a separate function, so that the test's stack frame does not refer to them. */
function submitHeavy(executor: Executor, refs: WeakRef<object>[]): Future<unknown>[] {
  return Array.from({ length: 20 }, (_, i) => {
    const argument = { payload: new Array<number>(1000).fill(i) };
    // Each task has a new function, which captures nothing.
    const fn = (value: { payload: number[] }): number => value.payload.length;
    refs.push(new WeakRef(argument), new WeakRef(fn));
    return executor.submit(fn, argument);
  });
}

export function memoryTests({ given }: Suite): void {
  const { test } = given('garbageCollection');

  test('a settled future keeps neither the function nor the arguments', async (t) => {
    const executor = t.executor();
    const refs: WeakRef<object>[] = [];
    const futures = submitHeavy(executor, refs);
    assert.deepEqual(
      await Promise.all(futures),
      Array.from({ length: 20 }, () => 1000),
    );
    await collected(t, refs, 'functions and arguments of settled futures');
    assert.equal(futures.length, 20);
  });

  test('a map keeps no result it has given', async (t) => {
    const results = t.executor().map(
      (n: number) => ({ n }),
      Array.from({ length: 30 }, (_, i) => i),
      { chunkSize: 10 },
    );
    const refs: WeakRef<object>[] = [];
    const read = async (): Promise<void> => {
      const step = await results.next();
      if (step.done !== true) refs.push(new WeakRef(step.value));
    };
    for (let i = 0; i < 15; i++) await read();
    assert.equal(refs.length, 15);
    await read(); // the promise of next() may still refer to the last step
    await collected(t, refs.slice(0, 15), 'results that were read');
    assert.equal((await results.toArray()).length, 14);
  });

  given('isolated', 'parallel', 'garbageCollection').test(
    'a worker keeps neither arguments nor results of a task that is done',
    async (t) => {
      const executor = t.executor({ maxWorkers: 1 });
      const remember = (value: object): object => {
        const refs = ((globalThis as Record<string, unknown>)['heddleRefs'] ??= []) as WeakRef<object>[];
        const result = { made: 'here' };
        refs.push(new WeakRef(value), new WeakRef(result));
        return result;
      };
      const allGone = async (): Promise<boolean> => {
        const { setFlagsFromString } = await import('node:v8');
        const { runInNewContext } = await import('node:vm');
        setFlagsFromString('--expose-gc');
        const gc = runInNewContext('gc') as () => void;
        const refs = (globalThis as Record<string, unknown>)['heddleRefs'] as WeakRef<object>[];
        for (let i = 0; i < 50; i++) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          gc();
          if (refs.every((ref) => ref.deref() === undefined)) return true;
        }
        return false;
      };
      await executor.submit(remember, { big: new Array<number>(1000).fill(1) });
      await executor.submit(identity, 'something else');
      assert.equal(await executor.submit(allGone), true);
    },
  );

  given('parallel', 'garbageCollection').test('cancelled tasks let go of their arguments at once', async (t) => {
    const executor = t.executor({ maxWorkers: 1 });
    await Promise.all(Array.from({ length: 100 }, (_, i) => executor.submit(identity<number>, i))); // now tasks are sent ahead
    const gate = t.gate();
    const blocker = executor.submit(t.stay, gate.token, 1);
    await gate.arrived(1);
    const refs: WeakRef<object>[] = [];
    const futures = submitHeavy(executor, refs);
    for (const future of futures) assert.equal(future.cancel(), true);
    await collected(t, refs, 'arguments of cancelled tasks');
    gate.open();
    await blocker;
  });
}
