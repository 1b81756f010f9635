/** Tests that values keep their identity: classes, errors of classes, symbols, platform objects. */
import assert from 'node:assert/strict';
import { allowModule, serializable } from '@heddle/serialization';
import { refusedWith, rejection, rejectsWith, stillWorks } from '../check.js';
import { Brittle, DebtError, Jammed, Money, Person, befriend, doubled, fallIntoDebt, make, plus } from '../classes.js';
import { Named } from '../named-class.js';
import type { Suite } from '../suite.js';
import { identity, readMark, setMark } from '../tasks.js';

const unit = { name: 'mm' };

/** A class that is registered only here, since a worker does not load this module. */
class Reed {
  readonly dents: number;
  readonly unit = unit;

  constructor(dents: number) {
    this.dents = dents;
  }

  tell(): string {
    return `${String(this.dents)} per ${unit.name}`;
  }

  twin(): Reed {
    return new Reed(this.dents);
  }
}
serializable(Reed, { name: 'heddle testkit Reed' });

/** A class with private fields, which has an instance of its own class in one of them. */
class Pick {
  readonly #reed: Reed;

  constructor(reed: Reed) {
    this.#reed = reed;
  }

  get reed(): Reed {
    return this.#reed;
  }
}
serializable(Pick, { name: 'heddle testkit Pick', encode: ({ reed }) => reed, decode: (reed: Reed) => new Pick(reed) });

const stays = new WeakMap();

/** A class that can't travel, since it uses a value that can't. */
class Rooted {
  readonly has = stays.has(this);
  tell(): boolean {
    return stays.has(this);
  }
}
serializable(Rooted, { name: 'heddle testkit Rooted' });

/** Travels by source, so its worker has not loaded the module of the classes. */
const viaSource = (value: unknown): unknown => value;

export function identityTests({ given }: Suite): void {
  const { test } = given('isolated');

  test('instances of registered classes, as arguments and as results, with their private fields', async (t) => {
    const executor = t.executor();
    const sum = await executor.submit(plus, new Money(150n), new Money(100n));
    assert.ok(sum instanceof Money);
    assert.equal(sum.cents, 250n);
    const returned = await executor.submit(viaSource, [new Money(1n), { deep: new Map([['money', new Money(2n)]]) }]);
    const [first, { deep }] = returned as [Money, { deep: Map<string, Money> }];
    assert.deepEqual([first.cents, deep.get('money')?.cents], [1n, 2n]);
  });

  given('isolated', 'parallel', 'moduleImports').test(
    'a class is there for the first task that needs it, and tasks keep their order',
    async (t) => {
      const executor = t.executor({ maxWorkers: 1 });
      const marked = executor.submit(async (money: { cents: bigint }) => {
        const { setMark: set } = await import('../tasks.js');
        set(`marked with ${String(money.cents)}`);
      }, new Money(7n));
      const read = executor.submit(readMark);
      assert.deepEqual(await Promise.all([marked, read]), [undefined, 'marked with 7']);
    },
  );

  test('rings of instances, and the same instance twice', async (t) => {
    const [ann, bob] = await t.executor().submit(befriend, new Person('Ann'), new Person('Bob'));
    assert.ok(ann instanceof Person && bob instanceof Person);
    assert.equal(ann.friend, bob);
    assert.equal(bob.friend, ann);
    assert.equal(ann.greet(), 'I am Ann');
    const [one, again] = (await t.executor().submit(viaSource, [ann, ann])) as [Person, Person];
    assert.equal(one, again);
  });

  given('isolated', 'moduleImports').test('a class that the caller has not loaded is loaded with the result', async (t) => {
    allowModule(new URL('../late-class.js', import.meta.url)); // results of a process load no module that is not allowed
    const late = await t.executor().submit(async (minutes: number) => {
      const { Late } = await import('../late-class.js');
      return new Late(minutes);
    }, 5);
    assert.equal(late.tell(), '5 minutes late');
  });

  test('errors of registered classes are instances of them, causes too', async (t) => {
    const error = (await rejection(t.executor().submit(fallIntoDebt, 500n))) as DebtError;
    assert.ok(error instanceof DebtError && error instanceof RangeError);
    assert.ok(error.isLarge);
    assert.deepEqual([error.message, error.owed.cents], ['not enough', 500n]);
    assert.ok(error.cause instanceof DebtError);
    assert.match(error.stack ?? '', /fallIntoDebt/);
  });

  test('items and results of a map', async (t) => {
    const items = [1n, 2n, 3n, 4n, 5n].map((cents) => new Money(cents));
    const results = await t.executor().map(doubled, items, { chunkSize: 2 }).toArray();
    assert.deepEqual(
      results.map((money) => money.cents),
      [2n, 4n, 6n, 8n, 10n],
    );
    const streamed = await t.executor().map(doubled, new Set(items), { chunkSize: 2 }).toArray();
    assert.deepEqual(
      streamed.map((money) => money.cents),
      [2n, 4n, 6n, 8n, 10n],
    );
  });

  test('many arguments', async (t) => {
    const many = Array.from({ length: 300 }, (_, i) => new Money(BigInt(i)));
    assert.equal(await t.executor().submit((...all: Money[]) => all.reduce((sum, each) => sum + each.cents, 0n), ...many), 44850n);
  });

  given('isolated', 'captures').test(
    'a class that stands beside the function, registered here only, travels with its instances',
    async (t) => {
      const executor = t.executor();
      const reed = new Reed(8);
      assert.equal(await executor.submit(() => reed.tell()), '8 per mm', 'captured');
      assert.equal(await executor.submit((given: Reed) => given.twin().tell(), reed), '8 per mm', 'an argument');
      assert.deepEqual(
        await executor
          .map((given: Reed) => given instanceof Reed && reed instanceof Reed && new Reed(1) instanceof Reed, [reed, reed])
          .toArray(),
        [true, true],
      );
      const made = await executor.submit((dents: number) => new Pick(new Reed(dents)), 9);
      assert.ok(made instanceof Pick && made.reed instanceof Reed);
      assert.equal(made.reed.tell(), '9 per mm');
    },
  );

  given('isolated', 'captures').test(
    'a class known by name only: where the worker has not registered it, the error names class and remedies',
    async (t) => {
      const executor = t.executor();
      const before = executor.submit(identity, 'before');
      const refused = executor.submit(viaSource, new Rooted());
      const after = executor.submit(identity, 'after');
      await refusedWith(
        refused,
        /heddle testkit Rooted.*no class is registered.*can't travel as code: .*captured "stays".*WeakMap.*initializer.*serializable\(import\.meta\.url, Class\)/,
      );
      assert.deepEqual(await Promise.all([before, after]), ['before', 'after']);
    },
  );

  given('isolated', 'initializer', 'moduleImports').test('a class known by name only, registered by the initializer', async (t) => {
    const executor = t.executor({
      initializer: async () => {
        await import('../named-class.js');
      },
    });
    const named = await executor.submit((given: Named) => ({ told: given.tell(), given }), new Named('thing'));
    assert.equal(named.told, 'named thing');
    assert.ok(named.given instanceof Named);
  });

  given('isolated', 'initializer').test('instances among the arguments of the initializer', async (t) => {
    const executor = t.executor({ initializer: setMark, initargs: [new Money(3n)] });
    assert.equal(((await executor.submit(readMark)) as Money).cents, 3n);
  });

  test('encode that throws fails that future only, on both ways', async (t) => {
    const executor = t.executor();
    const neighbour = executor.submit(identity, 1);
    const out = await rejectsWith(executor.submit(identity, [new Jammed()]), 'HEDDLE_SERIALIZATION');
    assert.match(out.message, /^args\[0\]\[0\]: encode of class Jammed threw/);
    assert.equal((out.cause as Error).message, 'it is jammed');
    const back = await rejectsWith(executor.submit(make, 'jammed'), 'HEDDLE_SERIALIZATION');
    assert.match(back.message, /^result: encode of class Jammed threw/);
    assert.equal(await neighbour, 1);
    await stillWorks(executor);
  });

  test('decode that throws fails that future only, on both ways', async (t) => {
    const executor = t.executor();
    const there = executor.submit(identity, new Brittle('caller'));
    const here = executor.submit(make, 'brittle');
    const neighbours = [executor.submit(identity, 1), executor.submit(identity, 2)];
    const arriving = await rejectsWith(there, 'HEDDLE_SERIALIZATION');
    assert.match(arriving.message, /class Brittle can't be made here: its decode threw: broken at caller/);
    assert.equal((arriving.cause as Error).name, 'RangeError');
    assert.match((await rejectsWith(here, 'HEDDLE_SERIALIZATION')).message, /broken at worker/);
    assert.deepEqual(await Promise.all(neighbours), [1, 2]);
    await stillWorks(executor);
  });

  test('symbols that others have too, and objects without a prototype', async (t) => {
    const bare = Object.assign(Object.create(null) as Record<string, unknown>, { mark: Symbol.for('heddle.testkit'), __proto__: 'data' });
    const look = (given: { bare: object; keys: Map<symbol, number> }): unknown[] => [
      Object.getPrototypeOf(given.bare),
      given.keys.get(Symbol.iterator),
      given,
    ];
    const [prototype, found, back] = await t.executor().submit(look, { bare, keys: new Map([[Symbol.iterator, 5]]) });
    assert.deepEqual([prototype, found], [null, 5]);
    const arrived = (back as { bare: Record<string, unknown> }).bare;
    assert.equal(Object.getPrototypeOf(arrived), null);
    assert.equal(arrived['mark'], Symbol.for('heddle.testkit'));
  });

  test('URL, URLSearchParams, Headers, Buffer, boxed primitives', async (t) => {
    const look = (given: Platform): unknown[] => [
      given.url.pathname,
      given.query.getAll('a'),
      given.headers.getSetCookie(),
      given.buffer.toString('utf8'),
      Buffer.isBuffer(given.buffer),
      typeof given.boxed,
      Object.is(given.zero, -0),
      given,
    ];
    const sent: Platform = {
      url: new URL('https://example.com/a?b#c'),
      query: new URLSearchParams('a=1&a=2'),
      headers: new Headers([
        ['set-cookie', 'x=1'],
        ['set-cookie', 'y=2'],
      ]),
      buffer: Buffer.from('ünï'),
      boxed: Object('s') as string,
      zero: -0,
    };
    const [path, all, cookies, text, isBuffer, type, isNegative, back] = await t.executor().submit(look, sent);
    assert.deepEqual([path, text, isBuffer, type, isNegative], ['/a', 'ünï', true, 'object', true]);
    assert.deepEqual(
      [[...(all as string[])], [...(cookies as string[])]],
      [
        ['1', '2'],
        ['x=1', 'y=2'],
      ],
    );
    const { url, query, headers, buffer } = back as Platform;
    assert.equal(url.href, 'https://example.com/a?b#c');
    assert.equal(query.toString(), 'a=1&a=2');
    assert.deepEqual([...headers], [...sent.headers]);
    assert.ok(Buffer.isBuffer(buffer));
  });

  given('isolated', 'nested', 'moduleImports').test('instances between a task and the tasks it submits', async (t) => {
    const parent = async (money: Money): Promise<Money> => {
      const { currentExecutor } = await import('@heddle/futures');
      const classes = await import('../classes.js');
      const sum = await currentExecutor()?.submit(classes.plus, money, new classes.Money(1n));
      if (!(sum instanceof classes.Money)) throw new Error('it is no Money');
      return sum;
    };
    assert.equal((await t.executor().submit(parent, new Money(41n))).cents, 42n);
  });

  given('isolated', 'progress', 'moduleImports').test('instances as progress, in their order', async (t) => {
    const told: unknown[] = [];
    const report = async (money: Money): Promise<void> => {
      const { currentTask } = await import('@heddle/futures');
      for (const each of [1, money, 2]) currentTask()?.report(each);
    };
    await t
      .executor()
      .with({ onProgress: (value) => void told.push(value) })
      .submit(report, new Money(9n));
    assert.deepEqual(
      told.map((each) => (each instanceof Money ? each.cents : each)),
      [1, 9n, 2],
    );
  });
}

interface Platform {
  readonly url: URL;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly buffer: Buffer;
  readonly boxed: string;
  readonly zero: number;
}
