/**
 * Arguments that can't travel: refused on the future, with the path; whatever way they would have gone.
 *
 * @workers
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import { block } from './test-support/latch.js';
import { failureAmid, identity, warm, withPool } from './test-support/with-pool.js';

const throwing = {
  get secret(): string {
    throw new TypeError('not for you');
  },
};

class Account {
  balance = 5;
}

/** More than is copied at submit when the message can leave at once. */
const manyNodes = Array.from({ length: 200 }, (_, i) => ({ i }));
const manyBytes = new Uint8Array(8192);

const count = (...args: unknown[]): number => args.length;

/** Submits the value to an idle worker and to busy ones, alone and beside something large. */
async function expectRefused(value: unknown, path: string | RegExp, message: RegExp): Promise<void> {
  const check = (failure: Error, at: number): void => {
    expect(failure).toMatchObject({ name: 'SerializationError', code: 'HEDDLE_SERIALIZATION' });
    const { path: found } = failure as Error & { path: string };
    if (typeof path === 'string') expect(found).toBe(`args[${String(at)}]${path}`);
    else expect(found).toMatch(path);
    expect(failure.message.startsWith(`${found}: `)).toBe(true);
    expect(failure.message).toMatch(message);
  };
  await withPool({ maxWorkers: 1 }, async (pool, latch) => {
    await warm(pool);
    check(await failureOf(pool.submit(count, value)), 0);
    check(await failureOf(pool.submit(count, manyNodes, value)), 1);
    check(await failureOf(pool.submit(count, manyBytes, value)), 1);
    const gate = latch();
    const busy = pool.submit(block, gate.words, 'busy');
    await gate.arrived(1);
    const waiting = pool.submit(identity, 'waiting');
    check(await failureOf(pool.submit(count, value)), 0);
    check(await failureOf(pool.submit(count, manyNodes, value)), 1);
    expect([busy.state, waiting.state]).toEqual(['running', 'pending']);
    gate.open();
    expect(await Promise.all([busy, waiting])).toEqual(['busy', 'waiting']);
    check(await failureAmid(pool, () => pool.submit(count, value)), 0);
    expect(pool.statistics()).toMatchObject({ failed: 0, refused: 6, crashes: 0 });
  });
}

describe('an argument that is refused', () => {
  test.each<[name: string, value: unknown, path: string, message: RegExp]>([
    [
      'a bound function',
      { onClose: identity.bind(null) },
      '.onClose',
      /function "bound identity" can't travel to a worker: it is a bound function/,
    ],
    ['a symbol', { id: Symbol('id') }, '.id', /a symbol \(Symbol\(id\)\) can't travel; pass a string/],
    ['a WeakMap', [new WeakMap()], '[0]', /a WeakMap can't travel; pass what it refers to/],
    ['a WeakRef', [new WeakRef({})], '[0]', /a WeakRef can't travel/],
    ['a Proxy of an object', { handler: new Proxy({ a: 1 }, {}) }, '.handler', /a Proxy can't travel; pass a plain copy/],
    ['a Proxy of an array', { list: new Proxy([1], {}) }, '.list', /a Proxy can't travel; pass a plain copy/],
    ['a Proxy of a Map', { map: new Proxy(new Map(), {}) }, '.map', /a Proxy can't travel; pass a plain copy/],
    ['a promise', { later: Promise.resolve(1) }, '.later', /a Promise can't travel; await it first/],
    ['an instance of a class', { from: new Account() }, '.from', /an instance of Account would arrive as a plain object .*pass plain data/],
    ['a getter that throws', { config: throwing }, '.config.secret', /reading it threw \(see cause\); pass a value without that getter/],
    ['something in a Map', new Map([['key', new WeakMap()]]), '.get("key")', /a WeakMap/],
    ['something in a Set', new Set([1, new WeakMap()]), '[1]', /a WeakMap/],
    ['something under an odd key', { 'odd key': new WeakMap() }, '["odd key"]', /a WeakMap/],
    [
      'a generator',
      [
        (function* () {
          yield 1;
        })(),
      ],
      '[0]',
      /a generator can't travel; pass an array/,
    ],
  ])('%s', async (_name, value, path, message) => {
    await expectRefused(value, path, message);
  });

  test('an object 100,000 deep: the path is cut, the stack does not overflow', async () => {
    let deep: object = {};
    for (let i = 0; i < 100_000; i++) deep = { deep };
    await expectRefused(deep, /^args\[[01]\](\.deep){1,10}\.\.\.\(\d+ more\)\.\.\.(\.deep)+$/, /nested more than \d+ deep.*flatten it/);
  });

  test('an array 100,000 deep', async () => {
    let deep: unknown[] = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    await expectRefused(deep, /^args\[[01]\](\[0\])+\.\.\./, /nested more than \d+ deep.*flatten it/);
  });

  test('a socket', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    try {
      await expectRefused(
        { socket },
        '.socket',
        /a Socket can't leave its thread: it is bound to an open handle; open it in the task, or once in each worker by perWorker/,
      );
      expect(socket.readyState).toBe('open');
    } finally {
      socket.destroy();
      server.close();
      await once(server, 'close');
    }
  });

  test('the cause of a getter that throws is its error', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureOf(pool.submit(count, throwing));
      expect(failure.cause).toMatchObject({ name: 'TypeError', message: 'not for you' });
    });
  });

  test('a getter that submits a task of its own, and takes the room', async () => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      await warm(pool);
      const gate = latch();
      let inner: PromiseLike<unknown> | undefined;
      const large = {
        manyNodes,
        get eager(): string {
          inner ??= pool.submit(block, gate.words, 'inner');
          return 'read';
        },
      };
      const outer = pool.submit((value: { eager: string }) => value.eager, large);
      gate.open();
      expect(await outer).toBe('read');
      expect(await inner).toBe('inner');
    });
  });
});

describe('an argument that is fine', () => {
  test.each<[name: string, extra: unknown]>([
    ['small', undefined],
    ['large', manyNodes],
  ])('a cyclic object arrives as one, and a shared one once: %s', async (_name, extra) => {
    await withPool({ maxWorkers: 1 }, async (pool, latch) => {
      interface Ring {
        self: unknown;
        list: unknown[];
        twice: [object, object];
        extra: unknown;
      }
      const shared = { both: true };
      const ring: Ring = { self: undefined, list: [], twice: [shared, shared], extra };
      ring.self = ring;
      ring.list.push(ring.list, ring);
      const look = (value: Ring): unknown[] => [
        value.self === value,
        value.list[0] === value.list,
        value.list[1] === value,
        value.twice[0] === value.twice[1],
      ];
      await warm(pool);
      expect(await pool.submit(look, ring)).toEqual([true, true, true, true]);
      const gate = latch();
      const busy = pool.submit(block, gate.words, 'busy');
      await gate.arrived(1);
      const queued = pool.submit(look, ring);
      gate.open();
      expect(await queued).toEqual([true, true, true, true]);
      await busy;
      const back = await pool.submit((value: Ring) => value, ring);
      expect(back.self).toBe(back);
    });
  });
});
