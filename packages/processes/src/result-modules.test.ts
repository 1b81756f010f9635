/**
 * What a worker process answers with may name modules; the caller loads those that it knows, and no other.
 *
 * @workers
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { currentTask } from '@heddle/futures';
import { Pipe, Process, ProcessQueue, type Connection } from '@heddle/processes';
import { allowModule, callback, serializable, task } from '@heddle/serialization';
import { failureOf } from '@heddle/testkit/support';
import { withPool } from './test-support/with-pool.js';

const loadedHere = globalThis as { heddleTestLoaded?: string[] };

/** A module that tells that it was loaded; each test has its own. */
function moduleNamed(name: string): string {
  const source = `(globalThis.heddleTestLoaded ??= []).push('${name}'); export class Spy { is = '${name}'; } export function spy() { return '${name}'; }`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** In a worker: an instance of a class that says that it is the module's. */
const instanceOf = (url: string): unknown => {
  class Spy {
    is = 'made in the worker';
  }
  try {
    serializable(url, Spy);
  } catch {
    // this worker has done so for another test
  }
  return new Spy();
};
const functionOf = (url: string): unknown =>
  task(url, function spy() {
    return 'made in the worker';
  });

const refusal = {
  code: 'HEDDLE_SERIALIZATION',
  message: expect.stringMatching(/which this program has neither registered nor sent.*allowModule\(module\).*resultModules: 'any'/),
};

afterEach(() => {
  delete loadedHere.heddleTestLoaded;
});

describe('a module that nobody named here is not loaded', () => {
  test('for an instance, alone or deep in a result, by submit and by map', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await failureOf(pool.submit(instanceOf, moduleNamed('a')))).toMatchObject(refusal);
      expect(await failureOf(pool.submit((url: string) => ({ deep: [instanceOf(url)] }), moduleNamed('b')))).toMatchObject(refusal);
      expect(await failureOf(pool.map(instanceOf, [moduleNamed('c')]).toArray())).toMatchObject(refusal);
      expect(loadedHere.heddleTestLoaded).toBeUndefined();
      expect(await pool.submit((n: number) => n, 1)).toBe(1);
    });
  });

  test('for a function by reference', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await failureOf(pool.submit((url: string) => ({ fn: functionOf(url) }), moduleNamed('d')))).toMatchObject(refusal);
      expect(loadedHere.heddleTestLoaded).toBeUndefined();
    });
  });

  test('for what a function by its text imports', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      // What a worker that was taken over would send: the description of a function whose import is its own.
      const forged = async (url: string): Promise<unknown> => {
        const { describeFunction } = await import('@heddle/serialization');
        const made = describeFunction(() => 1) as unknown as { imports: unknown[]; id: string };
        return {
          '\u0000heddle': 'function',
          descriptor: { ...made, id: 'forged', imports: [{ local: 'spy', specifier: url, imported: 'spy' }] },
          captures: {},
        };
      };
      // It is a record of the user's, and arrives as one.
      expect(Object.keys((await pool.submit(forged, moduleNamed('e'))) as object)).toEqual(['\u0000heddle', 'descriptor', 'captures']);
      expect(loadedHere.heddleTestLoaded).toBeUndefined();
    });
  });

  test('for arguments of callbacks', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const seen: unknown[] = [];
      const tell = callback((value: unknown) => {
        seen.push(value);
      });
      const failure = await failureOf(
        pool.submit(async (url: string) => {
          await tell(instanceOf(url));
        }, moduleNamed('f')),
      );
      expect(failure).toMatchObject(refusal);
      expect([seen, loadedHere.heddleTestLoaded]).toEqual([[], undefined]);
    });
  });

  test('for what a Process returns, and what comes out of a pipe or a queue', async () => {
    const [here, there] = Pipe();
    const queue = new ProcessQueue<unknown>();
    const child = new Process({
      target: async (url: string, connection: Connection, items: ProcessQueue<unknown>) => {
        await connection.send(instanceOf(url));
        await items.put(instanceOf(url));
        return instanceOf(url);
      },
      args: [moduleNamed('g'), there, queue],
    });
    child.start();
    expect(await failureOf(here.recv())).toMatchObject(refusal);
    expect(await failureOf(queue.get())).toMatchObject(refusal);
    expect(await failureOf(child.result())).toMatchObject(refusal);
    await child.join();
    expect(loadedHere.heddleTestLoaded).toBeUndefined();
  });
});

describe('a module that is known is loaded', () => {
  test('one that allowModule named', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      allowModule(moduleNamed('allowed'));
      expect(await pool.submit(instanceOf, moduleNamed('allowed'))).toMatchObject({ is: 'made in the worker' });
      expect(loadedHere.heddleTestLoaded).toEqual(['allowed']);
    });
  });

  test('one whose function was sent', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const url = moduleNamed('sent');
      const spy = task(url, function spy(): string {
        return 'here';
      });
      expect(await pool.submit(spy)).toBe('sent');
      expect(await pool.submit(instanceOf, url)).toMatchObject({ is: 'made in the worker' });
      expect(loadedHere.heddleTestLoaded).toEqual(['sent']);
    });
  });

  test('any, where the pool is told so', async () => {
    await withPool({ maxWorkers: 1, resultModules: 'any' }, async (pool) => {
      expect(await pool.submit(instanceOf, moduleNamed('any'))).toMatchObject({ is: 'made in the worker' });
      const { fn } = (await pool.submit((url: string) => ({ fn: functionOf(url) }), moduleNamed('any'))) as { fn: () => string };
      expect(fn()).toBe('any');
    });
  });

  test('reports too', async () => {
    const reports: unknown[] = [];
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const url = moduleNamed('reported');
      allowModule(url);
      await pool.with({ onProgress: (value) => reports.push(value) }).submit((from: string) => {
        currentTask()?.report(instanceOf(from));
      }, url);
    });
    expect(reports).toMatchObject([{ is: 'made in the worker' }]);
  });
});

test('allowModule and resultModules: bad input is named', async () => {
  expect(() => {
    allowModule('./x.js');
  }).toThrow(/allowModule: ".\/x.js" is not an absolute module address/);
  await expect(withPool({ resultModules: 'some' as never }, async () => undefined)).rejects.toThrow(/resultModules must be/);
});
