import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import * as copy from '@heddle/futures';
import * as errors from './errors.js';

const { HeddleError, isHeddleError, heddleErrorClass } = errors;

type ErrorClass = new (message: string, options?: { cause?: unknown }) => errors.HeddleError;

/** As the other classes, except that its constructor also takes errors. */
class Group extends errors.ExceptionGroup {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, [], options);
    Object.defineProperty(this, 'name', { value: 'ExceptionGroup' });
  }
}

const ofBase = Object.entries(errors).filter(
  ([name, value]) => typeof value === 'function' && value.prototype instanceof HeddleError && name !== 'HeddleError',
) as unknown as [string, ErrorClass][];
const classes: [string, ErrorClass][] = [...ofBase, ['ExceptionGroup', Group]];
const codes = classes.map(([, constructor]) => new constructor('x').code);

describe('every error', () => {
  test.each(classes)('%s has its name, a code of its own, message and cause', (name, constructor) => {
    const cause = { why: 1 };
    const error = new constructor('what happened', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(HeddleError);
    expect([error.name, error.message, error.cause]).toEqual([name, 'what happened', cause]);
    expect(error.code).toMatch(/^HEDDLE_[A-Z_]+$/);
    expect(String(error)).toBe(`${name}: what happened`);
    expect(error.stack).toMatch(/what happened\n\s+at /);
    expect(isHeddleError(error)).toBe(true);
    expect(isHeddleError(error, error.code)).toBe(true);
    expect(isHeddleError(error, 'HEDDLE_NO_SUCH' as never)).toBe(false);
    expect(heddleErrorClass(error.code)).toBe(errors[name as 'CancelledError']);
    expect('cause' in new constructor('no cause')).toBe(false);
    expect(Object.keys(error)).not.toContain('name');
  });

  test('codes are unique, and there are no others', () => {
    expect(new Set(codes).size).toBe(classes.length);
    expect(heddleErrorClass('HEDDLE_NO_SUCH')).toBeUndefined();
    expect(heddleErrorClass('toString')).toBeUndefined();
  });

  test('has a page of documentation, listed in the index', () => {
    const folder = new URL('../../../../docs/errors/', import.meta.url);
    const index = readFileSync(new URL('README.md', folder), 'utf8');
    for (const code of codes) {
      expect({ code, page: existsSync(new URL(`${code}.md`, folder)) }).toEqual({ code, page: true });
      expect(index).toContain(`(${code}.md)`);
    }
    const pages = readdirSync(folder).filter((name) => name !== 'README.md');
    expect(pages.map((name) => name.replace(/\.md$/, '')).sort()).toEqual([...codes].sort());
  });
});

describe('isHeddleError', () => {
  test('knows errors of another copy of the package, which instanceof does not', () => {
    const error = new copy.CancelledError('from the other copy');
    expect(error).not.toBeInstanceOf(errors.CancelledError);
    expect(isHeddleError(error)).toBe(true);
    expect(isHeddleError(error, 'HEDDLE_CANCELLED')).toBe(true);
    expect(copy.isHeddleError(new errors.TimeoutError('from this one'), 'HEDDLE_TIMEOUT')).toBe(true);
  });

  test('knows errors of another realm', () => {
    const foreign: unknown = runInNewContext(`
      class HeddleError extends Error { code = 'HEDDLE_ABORTED' }
      const error = new HeddleError('from a realm of its own');
      Object.defineProperty(error, Symbol.for('heddle.error'), { value: true });
      error;
    `);
    expect(foreign).not.toBeInstanceOf(Error);
    expect(isHeddleError(foreign, 'HEDDLE_ABORTED')).toBe(true);
  });

  test('is not taken in by others', () => {
    const lookalike = Object.assign(new Error('x'), { code: 'HEDDLE_TIMEOUT', name: 'TimeoutError' });
    for (const other of [undefined, null, 0, 'HEDDLE_TIMEOUT', {}, new Error('x'), lookalike, () => 1])
      expect(isHeddleError(other)).toBe(false);
  });
});

describe('fields', () => {
  test('of AbortError, SerializationError and WorkerDiedError', () => {
    expect(new errors.AbortError('x', { cause: 'why' }).reason).toBe('why');
    expect(new errors.SerializationError('x', { path: 'args[0]' }).path).toBe('args[0]');
    const died = new errors.WorkerDiedError('x', { workerName: 'Pool-0_1', exitCode: 3, signal: 'SIGKILL', pid: 5, cause: 'oom' });
    expect(died).toMatchObject({ workerName: 'Pool-0_1', exitCode: 3, signal: 'SIGKILL', pid: 5, cause: 'oom' });
    expect(new errors.WorkerDiedError('x')).toMatchObject({ workerName: '', exitCode: undefined, signal: undefined });
  });

  test('broken pools are BrokenExecutors', () => {
    expect(new errors.BrokenThreadPool('x')).toBeInstanceOf(errors.BrokenExecutor);
    expect(new errors.BrokenProcessPool('x')).toBeInstanceOf(errors.BrokenExecutor);
  });
});
