/** Assertions that work across realms. Under Jest, a value from a worker belongs to another realm than the test. */
import assert from 'node:assert/strict';
import { isHeddleError, type Executor, type Future, type HeddleError, type HeddleErrorCode } from '@heddle/futures';

/** Returns the error of a promise; fails when the promise does not reject. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  assert.fail(`expected a rejection, but it resolved to ${describe(value)}`);
}

/** Returns the error that a call throws; fails when it does not throw. */
export function thrown(call: () => unknown): unknown {
  let value: unknown;
  try {
    value = call();
  } catch (error) {
    return error;
  }
  assert.fail(`expected a throw, but the call gave ${describe(value)}`);
}

/** The limit of a blocking wait, in milliseconds. Without it, a fault would block for ever, since a test's own limit needs the event loop. */
export const limitMs = 20_000;

/** Returns the error that blocking on a future throws; fails when it does not throw. */
export function failureSync(future: Future<unknown>): unknown {
  return thrown(() => future.resultSync(limitMs));
}

/** Fails unless `error` is an error of Heddle with this code. */
export function heddleError(error: unknown, code: HeddleErrorCode): HeddleError {
  if (!isHeddleError(error, code)) throw unexpected(error, `an error with code ${code}`);
  return error;
}

/** {@link rejection} and {@link heddleError} in one. */
export async function rejectsWith(promise: PromiseLike<unknown>, code: HeddleErrorCode): Promise<HeddleError> {
  return heddleError(await rejection(promise), code);
}

/** Returns the error of a promise; fails unless it says that something can't travel, in words that match. */
export async function refusedWith(promise: PromiseLike<unknown>, message: RegExp): Promise<HeddleError> {
  const error = await rejectsWith(promise, 'HEDDLE_SERIALIZATION');
  if (!message.test(error.message)) throw unexpected(error, `an error whose message matches ${String(message)}`);
  return error;
}

/** Fails unless `error` is an error with this name and a message that matches. */
export function namedError(error: unknown, name: string, message?: RegExp): Error {
  const { name: got, message: text } = (error ?? {}) as Partial<Error>;
  if (got !== name || typeof text !== 'string') throw unexpected(error, `a ${name}`);
  if (message !== undefined) assert.match(text, message);
  return error as Error;
}

/** Fails unless the data are deeply and strictly equal. The realms of their prototypes may differ. */
export function sameData(actual: unknown, expected: unknown, message?: string): void {
  assert.deepStrictEqual(structuredClone(actual), structuredClone(expected), message);
}

/** Fails unless the executor still runs tasks. */
export async function stillWorks(executor: Executor): Promise<void> {
  assert.equal(await executor.submit((a: number, b: number) => a + b, 20, 22), 42, 'the executor no longer runs tasks');
}

/** The failure of a check. What came instead is its cause. */
function unexpected(error: unknown, expected: string): Error {
  const failure = new assert.AssertionError({ message: `expected ${expected}, got ${describe(error)}` });
  failure.cause = error;
  return failure;
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const { stack } = value as { stack?: unknown };
    if (typeof stack === 'string') return stack;
    try {
      return JSON.stringify(value);
    } catch {
      return 'an object';
    }
  }
  return String(value);
}
