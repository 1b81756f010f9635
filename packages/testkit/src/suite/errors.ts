import assert from 'node:assert/strict';
import { isHeddleError } from '@heddle/futures';
import { failWithPath } from '../async-tasks.js';
import { namedError, rejection, sameData, stillWorks } from '../check.js';
import type { Suite } from '../suite.js';

type Fields = Error & Record<string, unknown>;

export function errorTests({ test, given }: Suite): void {
  test('errors of built-in classes arrive as such, with their message', async (t) => {
    const executor = t.executor();
    const raise = (name: string): never => {
      const constructor = (globalThis as unknown as Record<string, ErrorConstructor>)[name] ?? Error;
      throw new constructor(`a ${name}`);
    };
    const classes = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
    for (const [name, constructor] of Object.entries(classes)) {
      const error = namedError(await rejection(executor.submit(raise, name)), name, new RegExp(`^a ${name}$`));
      assert.ok(error instanceof constructor, `${name} keeps its class`);
      assert.equal(Object.prototype.toString.call(error), '[object Error]');
    }
  });

  test('an error keeps its own fields, code among them', async (t) => {
    const fail = (): never => {
      throw Object.assign(new TypeError('with fields'), { code: 'E_CUSTOM', status: 418, details: { at: new Date(0), tags: ['a', 'b'] } });
    };
    const error = namedError(await rejection(t.executor().submit(fail)), 'TypeError', /^with fields$/) as unknown as Fields;
    assert.deepEqual([error['code'], error['status']], ['E_CUSTOM', 418]);
    sameData(error['details'], { at: new Date(0), tags: ['a', 'b'] });
  });

  test('an error of a class of its own keeps name, message and fields, and is an Error', async (t) => {
    const fail = (): never => {
      class QuotaError extends Error {
        override name = 'QuotaError';
        limit = 7;
      }
      throw new QuotaError('over quota');
    };
    const error = namedError(await rejection(t.executor().submit(fail)), 'QuotaError', /^over quota$/);
    assert.ok(error instanceof Error);
    assert.equal((error as unknown as Fields)['limit'], 7);
  });

  test("errors of Node's own modules keep their code and fields", async (t) => {
    const read = async (path: string): Promise<unknown> => {
      const { readFile } = await import('node:fs/promises');
      return await readFile(path);
    };
    const error = namedError(await rejection(t.executor().submit(read, '/no/such/file')), 'Error', /ENOENT/) as unknown as Fields;
    assert.deepEqual([error['code'], error['syscall'], error['path']], ['ENOENT', 'open', '/no/such/file']);
  });

  test('the cause arrives, with its own cause', async (t) => {
    const fail = (): never => {
      const root = Object.assign(new RangeError('root'), { code: 'E_ROOT' });
      throw new Error('top', { cause: new TypeError('middle', { cause: root }) });
    };
    const top = namedError(await rejection(t.executor().submit(fail)), 'Error', /^top$/);
    const middle = namedError(top.cause, 'TypeError', /^middle$/);
    const root = namedError(middle.cause, 'RangeError', /^root$/);
    assert.ok(root instanceof RangeError);
    assert.equal((root as unknown as Fields)['code'], 'E_ROOT');
  });

  test('a cause may be anything, falsy too', async (t) => {
    const fail = (cause: unknown): never => {
      throw new Error('caused', { cause });
    };
    const executor = t.executor();
    for (const cause of [null, 0, 'text', { n: 1 }]) {
      sameData(namedError(await rejection(executor.submit(fail, cause)), 'Error').cause, cause);
    }
    const error = namedError(await rejection(executor.submit(fail, undefined)), 'Error');
    assert.equal(error.cause, undefined);
  });

  test('an error that is its own cause arrives', async (t) => {
    const executor = t.executor();
    const fail = (): never => {
      const error = new Error('ring');
      error.cause = error;
      throw error;
    };
    const error = namedError(await rejection(executor.submit(fail)), 'Error', /^ring$/);
    assert.equal(error.cause, error);
    await stillWorks(executor);
  });

  test('AggregateError arrives with its errors', async (t) => {
    const fail = (): never => {
      throw new AggregateError([new TypeError('one'), Object.assign(new Error('two'), { code: 2 }), 'three'], 'several');
    };
    const error = namedError(await rejection(t.executor().submit(fail)), 'AggregateError', /^several$/) as AggregateError;
    assert.ok(error instanceof AggregateError);
    const [one, two, three] = error.errors as unknown[];
    assert.ok(namedError(one, 'TypeError', /^one$/) instanceof TypeError);
    assert.equal((two as Fields)['code'], 2);
    assert.equal(three, 'three');
  });

  test('a failure of Promise.any arrives whole', async (t) => {
    const fail = async (): Promise<unknown> => await Promise.any([Promise.reject(new Error('a')), Promise.reject(new Error('b'))]);
    const error = namedError(await rejection(t.executor().submit(fail)), 'AggregateError') as AggregateError;
    sameData(
      error.errors.map((each: Error) => each.message),
      ['a', 'b'],
    );
  });

  test("Heddle's own errors keep class and code", async (t) => {
    const error = await rejection(t.executor().submit(failWithPath));
    assert.ok(isHeddleError(error, 'HEDDLE_SERIALIZATION'));
    assert.deepEqual([error.name, (error as { path?: unknown }).path], ['SerializationError', 'args[0].x']);
  });

  test('frozen errors and errors without a stack arrive', async (t) => {
    const executor = t.executor();
    const frozen = (): never => {
      const error = new RangeError('cold');
      Object.freeze(error);
      throw error;
    };
    const bare = (): never => {
      const error = new RangeError('bare');
      delete error.stack;
      throw error;
    };
    namedError(await rejection(executor.submit(frozen)), 'RangeError', /^cold$/);
    namedError(await rejection(executor.submit(bare)), 'RangeError', /^bare$/);
    await stillWorks(executor);
  });

  test('errors of the items of a map arrive like those of single tasks', async (t) => {
    const picky = (n: number): number => {
      if (n === 2) throw Object.assign(new TypeError('item 2', { cause: new Error('why') }), { code: 'E_ITEM' });
      return n;
    };
    const error = namedError(await rejection(t.executor().map(picky, [1, 2, 3], { chunkSize: 3 }).toArray()), 'TypeError', /^item 2$/);
    assert.ok(error instanceof TypeError);
    assert.equal((error as unknown as Fields)['code'], 'E_ITEM');
    namedError(error.cause, 'Error', /^why$/);
  });

  test('each future has an error of its own', async (t) => {
    const executor = t.executor();
    const fail = (): never => {
      throw new Error('same');
    };
    const [one, two] = await Promise.all([rejection(executor.submit(fail)), rejection(executor.submit(fail))]);
    assert.notEqual(one, two);
  });

  given('isolated').test('what a task throws and can not travel fails its future, and says so', async (t) => {
    const executor = t.newExecutor();
    const raise = (kind: string): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is about throwing anything
      throw kind === 'symbol' ? Symbol('lost') : kind === 'function' ? (): number => 1 : new WeakMap();
    };
    for (const kind of ['symbol', 'function', 'weakmap']) {
      const error = await rejection(executor.submit(raise, kind));
      assert.equal(typeof (error as Error).message, 'string', kind);
    }
    await stillWorks(executor);
  });

  given('isolated').test('a field of an error that can not travel does not lose the error', async (t) => {
    const executor = t.executor();
    const fail = (): never => {
      throw Object.assign(new RangeError('the error itself'), { onRetry: () => 1, code: 'E_KEEP' });
    };
    const error = namedError(await rejection(executor.submit(fail)), 'RangeError', /the error itself/) as unknown as Fields;
    assert.equal(error['code'], 'E_KEEP');
    await stillWorks(executor);
  });

  test('a failure that nobody reads is no unhandled rejection', async (t) => {
    // Under Jest, the global process is a copy that gets no such events.
    const { runInThisContext } = await import('node:vm');
    const host = runInThisContext('process') as NodeJS.Process;
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    host.on('unhandledRejection', listener);
    t.afterwards(() => host.off('unhandledRejection', listener));
    const executor = t.executor();
    const fail = (): never => {
      throw new Error('nobody reads this (a warning may say so)');
    };
    const futures = [executor.submit(fail), executor.submit(fail), executor.with({ signal: AbortSignal.abort() }).submit(fail)];
    await t.until('the failures', () => futures.every((future) => future.done()));
    await new Promise((resolve) => setTimeout(resolve, 0)); // Node reports unhandled rejections between two turns of the event loop
    assert.deepEqual(unhandled, []);
    await executor.submit(() => 1);
    for (const future of futures) assert.notEqual(await future.catch((error: unknown) => error), undefined, 'it can still be read');
  });
}
