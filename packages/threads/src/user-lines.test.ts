/**
 * Jest transforms this file, and keeps its source map to itself: stacks show the lines as they are written all the same.
 *
 * @workers
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { ThreadPoolExecutor, Thread } from '@heddle/threads';

interface Order {
  total: number;
}

const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => executor.shutdown());
const lines = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');

/** The line of this file that ends with a mark, counted from 1. */
const marked = (mark: string): number => lines.findIndex((line) => line.endsWith(` // ${mark}`)) + 1;

/** The lines of this file that a stack shows, and NaN for a frame of Heddle's. */
function shown({ stack = '' }: Error): number[] {
  return [...stack.matchAll(/^\s+at .*?([^/\\]+):(\d+):\d+\)?$/gm)]
    .filter(([frame]) => !frame.includes('node_modules/jest'))
    .map(([, file, line]) => (file === 'user-lines.test.ts' ? Number(line) : NaN));
}

async function failureOf(failing: PromiseLike<unknown>): Promise<Error> {
  return (await Promise.resolve(failing).then(
    () => undefined,
    (error: unknown) => error,
  )) as Error;
}

test('of a task and of who submitted it', async () => {
  const helper = (order: Order): never => {
    throw new RangeError(String(order.total)); // thrown
  };
  const failing = executor.submit((total: number) => helper({ total }), 1); // submitted
  expect(shown(await failureOf(failing))).toEqual([marked('thrown'), marked('submitted'), marked('submitted')]);
});

test('of what is refused', async () => {
  const failing = executor.submit((map: unknown) => map, new WeakMap()); // refused
  expect(shown(await failureOf(failing))).toEqual([marked('refused')]);
});

test('of a thread', async () => {
  const target = (order: Order): never => {
    throw new RangeError(String(order.total)); // in a thread
  };
  const thread = new Thread({ target, args: [{ total: 1 }] });
  thread.start(); // started
  expect(shown(await failureOf(thread.result()))).toEqual([marked('in a thread'), marked('started')]);
});

test('and in the name of a function without one', async () => {
  const future = executor.submit(() => 1); // nameless
  expect(future.name).toBe(`anonymous (user-lines.test.ts:${String(marked('nameless'))})`);
  await future;
});
