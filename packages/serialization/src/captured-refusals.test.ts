/** Tests the error messages for captured values that can't travel. */
import { expect, test } from '@jest/globals';
import { encodeValue } from './values/encode.js';
import './functions/encode-function.js';

function refusal(value: unknown): { path?: string; message: string } {
  try {
    encodeValue(value, 'args', false, 'thread');
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

test('an executor is refused with what a task submits to', () => {
  class Pool {
    submit(): number {
      return 1;
    }
    shutdown(): number {
      return 1;
    }
  }
  const pool = new Pool();
  expect(refusal(() => pool.submit()).message).toMatch(
    /^args > captured "pool" .*: a Pool can't leave its thread; in a task, submit to currentExecutor\(\)$/,
  );
});

test('the refusal of a captured object says where to make it, when it is no data or has what is none', () => {
  const schema = new (class Schema {
    parse(): number {
      return 1;
    }
  })();
  const logger = { level: 'info', hooks: { seen: new WeakMap() } };
  const seen = new WeakMap();
  const told =
    /; or make "(schema|logger)" in the task, once per worker, or move the function to a module and mark it with task\(import\.meta\.url, fn\)/;
  expect(refusal(() => schema.parse()).message).toMatch(told);
  expect(refusal(() => logger.level)).toMatchObject({
    path: expect.stringMatching(/captured "logger".*\.hooks\.seen$/),
    message: expect.stringMatching(told),
  });
  const use = (): number => schema.parse();
  expect(refusal(() => use()).message).toMatch(told);
  expect(refusal(() => seen).message).toMatch(/a WeakMap can't travel; pass what it refers to$/);
  expect(refusal({ schema }).message).not.toMatch(told);
});
