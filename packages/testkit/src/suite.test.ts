import { describe, expect, test } from '@jest/globals';
import { InlineExecutor, SerializationError } from '@heddle/futures';
import { rejectsWith } from './check.js';
import { Suite, type Body } from './suite.js';

interface Declared {
  readonly name: string;
  readonly body: () => Promise<void>;
}

/** Declares one test that needs `captures` where the runtime lacks them. */
function declareWithout(lacking: object, body: Body): Declared[] {
  const declared: Declared[] = [];
  const runner = {
    describe: () => undefined,
    test: (name: string, run: () => Promise<void>) => declared.push({ name, body: run }),
  };
  new Suite(runner, () => new InlineExecutor(), { captures: false, ...lacking }).given('captures', 'isolated').test('a test', body);
  return declared;
}

const refusal = new SerializationError(
  "task: it captures a, b, which can't be found out here (there is no inspector): name them, as in closure(fn, { a, b }), " +
    'pass them as arguments, or put the function in a module and mark it with task(import.meta.url, fn)',
  {},
);

describe('a test whose capability the runtime lacks', () => {
  const outcome = async (body: Body): Promise<unknown> => {
    const [declared] = declareWithout({ isolated: true }, body);
    return await declared?.body().then(
      () => 'passed',
      (error: unknown) => (error as Error).message,
    );
  };

  test('asserts the refusal, and says so in its title', async () => {
    const [declared, ...others] = declareWithout({ isolated: true }, () => Promise.reject(refusal));
    expect(others).toEqual([]);
    expect(declared?.name).toBe('a test: is refused');
    await expect(declared?.body()).resolves.toBeUndefined();
  });

  test('finds the refusal where a check expected another error', async () => {
    expect(await outcome(() => rejectsWith(Promise.reject(refusal), 'HEDDLE_TIMEOUT').then(() => undefined))).toBe('passed');
  });

  test('fails when nothing is refused, or something else is', async () => {
    expect(await outcome(() => undefined)).toMatch(/^expected a rejection/);
    expect(await outcome(() => Promise.reject(new Error('other')))).toMatch(/^expected that a task is refused/);
    const bare = new SerializationError("task: it captures a, which can't be found out here (there is no inspector)", {});
    expect(await outcome(() => Promise.reject(bare))).toMatch(/^expected that a task is refused/);
  });

  test('is not declared where the executor lacks a capability of its own too', () => {
    expect(declareWithout({}, () => undefined)).toEqual([]);
  });
});
