/* eslint-disable @typescript-eslint/no-extraneous-class -- classes here matter for being classes */
/** Tests classes whose instances travel: how they are registered, how instances arrive, and the errors. */
import { describe, expect, test } from '@jest/globals';
import { SerializationError } from '@heddle/futures';
import { arriveAs, travel, ways } from '../test-support/travel.js';
import { encodeValue } from '../values/encode.js';
import { serializable } from './serializable.js';

const moneyUrl = new URL('../../fixtures/classes/money.mjs', import.meta.url);

class Point {
  x: number;
  y: number;
  next: Point | undefined;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get length(): number {
    return Math.hypot(this.x, this.y);
  }
}
serializable(Point);

class Secret {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  reveal(): string {
    return this.#text;
  }
  static [serializable.encode](secret: Secret): { text: string } {
    return { text: secret.#text };
  }
  static [serializable.decode]({ text }: { text: string }): Secret {
    return new Secret(text);
  }
}

class Shelf {
  readonly items: Map<string, unknown>;
  constructor(items: Iterable<[string, unknown]>) {
    this.items = new Map(items);
  }
}
serializable(Shelf, { encode: (shelf) => [...shelf.items], decode: (items) => new Shelf(items) });

class QuotaError extends RangeError {
  limit = 0;
  owner: Point | undefined;
  override get name(): string {
    return 'QuotaError';
  }
}
serializable(QuotaError);

function textOfCauses(error: unknown): string {
  if (error instanceof Error) return `${error.message}/${textOfCauses(error.cause)}`;
  return error instanceof CauseReader ? error.text : String(error);
}

/** Reads the cause that it is given when it is made. */
class CauseReader {
  readonly error: unknown;
  readonly text: string;
  constructor(error: unknown) {
    this.error = error;
    this.text = `<${textOfCauses(error)}>`;
  }
}
serializable(CauseReader, { encode: ({ error }) => error, decode: (error) => new CauseReader(error) });

class SealedError extends Error {
  readonly #seal: string;
  constructor(seal: string) {
    super(`sealed with ${seal}`);
    this.#seal = seal;
  }
  get seal(): string {
    return this.#seal;
  }
}
serializable(SealedError, { encode: (error) => error.seal, decode: (seal) => new SealedError(seal) });

function refusal(value: unknown): Error & { path?: string } {
  try {
    encodeValue(value, 'args', false, 'thread');
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was not refused');
}

describe.each(ways)('%s', (_name, way) => {
  test('instances made of their fields: no constructor runs, the prototype is there', async () => {
    const arrived = await travel({ at: new Point(3, 4) }, way);
    expect(arrived.at).toBeInstanceOf(Point);
    expect(arrived.at.length).toBe(5);
  });

  test('private fields, by encode and decode', async () => {
    const [one, two] = await travel([new Secret('a'), new Secret('b')], way);
    expect([one.reveal(), two.reveal()]).toEqual(['a', 'b']);
  });

  test('instances in instances, in Maps, in Sets, as keys', async () => {
    const point = new Point(1, 2);
    const shelf = new Shelf([
      ['secret', new Secret('s')],
      ['point', point],
      ['set', new Set([point])],
    ]);
    const arrived = await travel(new Map<unknown, unknown>([[point, shelf]]), way);
    const [[key, value]] = [...arrived] as [[Point, Shelf]];
    expect(key).toBeInstanceOf(Point);
    expect(value.items.get('point')).toBe(key);
    expect((value.items.get('secret') as Secret).reveal()).toBe('s');
    expect([...(value.items.get('set') as Set<unknown>)]).toEqual([key]);
  });

  test('rings and shared instances', async () => {
    const [a, b] = [new Point(1, 1), new Point(2, 2)];
    a.next = b;
    b.next = a;
    const [first, second, again] = await travel([a, b, a], way);
    expect(first.next).toBe(second);
    expect(second.next).toBe(first);
    expect(again).toBe(first);
    const shelf = new Shelf([]);
    const [one, two] = await travel([shelf, shelf], way);
    expect(one).toBe(two);
  });

  test('errors of registered classes', async () => {
    const error = Object.assign(new QuotaError('too much'), { limit: 7, owner: new Point(1, 2), cause: new SealedError('wax') });
    const arrived = await travel(error, way);
    expect(arrived).toBeInstanceOf(QuotaError);
    expect(arrived).toBeInstanceOf(RangeError);
    expect(Object.hasOwn(arrived, 'name')).toBe(false);
    expect([arrived.name, arrived.message, arrived.limit, arrived.stack]).toEqual(['QuotaError', 'too much', 7, error.stack]);
    expect(arrived.owner).toBeInstanceOf(Point);
    expect(arrived.cause).toBeInstanceOf(SealedError);
    expect(arrived.cause).toMatchObject({ seal: 'wax', message: 'sealed with wax' });
  });

  test('decode sees whole causes, wherever they are in its data', async () => {
    const withCauses = (end: unknown): Error => new Error('first', { cause: new Error('second', { cause: end }) });
    const arrived = await travel(withCauses(new CauseReader(withCauses(new CauseReader(withCauses('end'))))), way);
    expect(textOfCauses(arrived)).toBe('first/second/<first/second/<first/second/end>>');
  });
});

describe('where a class is looked for', () => {
  test('in its module, which is then loaded', async () => {
    class Money {
      static [serializable.encode] = (): bigint => 250n;
      static [serializable.decode] = (): never => {
        throw new Error('not this one');
      };
    }
    const arrived = await arriveAs(new Money(), { id: `${moneyUrl.href}#Money`, module: moneyUrl.href });
    expect((arrived as { cents: bigint }).cents).toBe(250n);
    expect(arrived).not.toBeInstanceOf(Money);
    expect(await arriveAs(new Money(), { id: `${moneyUrl.href}#Money`, module: moneyUrl.href })).toMatchObject({ cents: 250n });
  });

  test('in a module that only exports it, when the caller registered it by that module', async () => {
    const module = 'data:text/javascript,export class Plain { hi() { return this.word; } }; export class Coded {}';
    class Plain {
      word = 'hello';
    }
    serializable(Plain, { name: 'OnlyExported' });
    const arrived = await arriveAs(new Plain(), { id: `${module}#Plain`, name: 'Plain', module });
    expect((arrived as { hi(): string }).hi()).toBe('hello');
    await expect(arriveAs(new Secret('s'), { id: `${module}#Coded`, name: 'Coded', module })).rejects.toThrow(
      /neither registers it nor exports a class Coded with static \[serializable\.encode\]/,
    );
  });

  test('a static symbol names the module too', () => {
    class Known {
      static [serializable.module] = import.meta.url;
      n = 1;
    }
    expect(encodeValue(new Known(), 'args', false, 'thread').value).toMatchObject({
      classes: [{ name: 'Known', module: import.meta.url, isCoded: false }],
    });
  });

  test.each<[what: string, value: unknown, named: Parameters<typeof arriveAs>[1], message: RegExp]>([
    [
      'a name nobody registered',
      new Point(1, 2),
      { id: 'Pint', name: 'Pint' },
      /class Pint can't be made here: no class is registered as "Pint"; register it on this side too, e\.g\. in the executor's initializer.*serializable\(import\.meta\.url, Class\)/,
    ],
    [
      'a module that is not there',
      new Point(1, 2),
      { id: 'file:///no/such.js#P', module: 'file:///no/such.js' },
      /its module file:\/\/\/no\/such\.js could not be loaded: /,
    ],
    [
      'a module that fails',
      new Point(1, 2),
      { id: 'data:1#P', module: 'data:text/javascript,throw new Error("at load")' },
      /could not be loaded: at load/,
    ],
    [
      'a module without it',
      new Point(1, 2),
      { id: 'data:2#P', name: 'P', module: 'data:text/javascript,export const Q = 1' },
      /neither registers it nor exports a class P;/,
    ],
    [
      'a class that travels otherwise here',
      new Point(1, 2),
      { id: 'Shelf', name: 'Shelf' },
      /sent by a class registered without encode and decode, and is registered with them here/,
    ],
  ])('%s is told with the class and the remedy', async (_what, value, named, message) => {
    const failure = arriveAs(value, named);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
  });

  test('an error of a class that is not known arrives as what its base makes it', async () => {
    const arrived = await arriveAs(Object.assign(new QuotaError('full'), { limit: 9 }), { id: 'Nobody' });
    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived).toMatchObject({ name: 'QuotaError', message: 'full', limit: 9 });
    expect(arrived).not.toBeInstanceOf(QuotaError);
  });
});

describe('encode and decode that go wrong', () => {
  // Each instance fails in the way that its field names.
  class Faulty {
    readonly does: () => unknown;
    constructor(does: () => unknown) {
      this.does = does;
    }
  }
  serializable(Faulty, {
    encode: (each) => each.does(),
    decode: (data): Faulty => {
      (data as (() => never) | undefined)?.();
      throw new RangeError('no such thing');
    },
  });

  test('encode throws: the path, and its error as the cause', () => {
    const cause = new RangeError('no');
    expect(
      refusal([
        {
          it: new Faulty(() => {
            throw cause;
          }),
        },
      ]),
    ).toMatchObject({
      code: 'HEDDLE_SERIALIZATION',
      path: 'args[0].it',
      message: 'args[0].it: encode of class Faulty threw (see cause)',
      cause,
    });
  });

  test('encode returns what can not travel: the path goes on in what it returned', () => {
    expect(refusal([new Faulty(() => ({ socket: { on: new WeakMap() } }))])).toMatchObject({ path: 'args[0].encode().socket.on' });
    expect(refusal([new Faulty(async () => 1)]).message).toMatch(/^args\[0\]\.encode\(\): a Promise can't travel/);
    const self: Faulty = new Faulty(() => ({ deep: [self] }));
    expect(refusal([self]).message).toMatch(
      /^args\[0\]\.encode\(\)\.deep\[0\]: what encode of class Faulty returns leads back to the instance itself/,
    );
  });

  test('an error whose encode throws still arrives, as what its base makes it', async () => {
    class Shy extends TypeError {}
    serializable(Shy, {
      encode: (): never => {
        throw new Error('not now');
      },
      decode: () => new Shy(),
    });
    const arrived = await travel(new Shy('who is there'));
    expect(arrived).toBeInstanceOf(TypeError);
    expect(arrived).toMatchObject({ message: 'who is there', name: 'Shy' });
  });

  test('encode is told how far it goes, and may refuse with a reason of its own', () => {
    const told: string[] = [];
    class Local {
      static [serializable.encode](_local: Local, destination: string): unknown {
        told.push(destination);
        if (destination === 'process') throw new SerializationError('it stays in its process');
        return {};
      }
      static [serializable.decode](): Local {
        return new Local();
      }
    }
    expect(encodeValue({ it: new Local() }, 'args', false, 'thread').encoded).toBe(true);
    expect(() => encodeValue({ it: new Local() }, 'args', false, 'process')).toThrow(
      new SerializationError('args.it: it stays in its process'),
    );
    expect(told).toEqual(['thread', 'process']);
  });

  test('decode throws', async () => {
    const failure = travel(new Faulty(() => undefined));
    await expect(failure).rejects.toMatchObject({ code: 'HEDDLE_SERIALIZATION', cause: { message: 'no such thing' } });
    await expect(failure).rejects.toThrow("an instance of class Faulty can't be made here: its decode threw: no such thing");
  });

  test('decode returns a promise', async () => {
    class Slow {}
    serializable(Slow, { encode: () => 1, decode: (async () => new Slow()) as unknown as () => Slow });
    await expect(travel(new Slow())).rejects.toThrow(/its decode returned a promise; it has to return the instance/);
  });
});

describe('what can not be registered', () => {
  class Sub extends Point {}
  class Half {
    static [serializable.encode](): number {
      return 1;
    }
  }
  class Guarded {
    #hidden = 1;
    get shown(): number {
      return this.#hidden;
    }
  }
  class Marked {
    #check(): boolean {
      return #check in this;
    }
    test(): boolean {
      return this.#check();
    }
  }
  class Counted {
    static #count = 0;
    // A comment about #this, a string '#that' and a `#template`.
    text = '.#text'; // #comment
    static next(): number {
      return ++Counted.#count;
    }
  }
  const nameless = (() => class {})();

  test.each<[what: string, args: unknown[], message: RegExp]>([
    ['no class', [5], /expected a class, got undefined/],
    ['an arrow function', [() => 1], /expected a class, got function/],
    ['null for a class', [import.meta.url, null], /expected a class, got null/],
    ['a relative module', ['./money.js', Sub], /not an absolute module address/],
    ['options of another type', [Sub, 'Sub'], /options must be an object, got string/],
    ['a name of another type', [Sub, { name: 5 }], /name must be a string, got number/],
    ['an encode of another type', [Sub, { encode: 'x', decode: () => 1 }], /encode must be a function, got string/],
    ['encode alone', [Sub, { encode: () => 1 }], /encode needs its counterpart/],
    ['decode alone', [Sub, { decode: () => 1 }], /decode needs its counterpart/],
    ['one static method alone', [Half], /class Half needs both static methods/],
    ['no name', [nameless], /the class has no name/],
    ['a class registered twice', [Point], /class Point is registered already; register it once/],
    ['a class of another name registered twice', [Point, { name: 'Other' }], /registered already/],
    ['a second class of that name', [Sub, { name: 'Point' }], /another class is registered as "Point"; give this one a name of its own/],
    ['a built-in by its fields', [Map], /Map is built in; only classes of your own/],
    [
      'a subclass of a built-in by its fields',
      [class Bag extends Map {}],
      /class Bag extends Map, whose contents are not among its fields; give encode and decode/,
    ],
    ['private fields', [Guarded], /class Guarded has a private #hidden, which only its own code can read; give encode and decode/],
    ['inherited private fields', [class Child extends Guarded {}], /class Child has a private #hidden/],
    ['private methods', [Marked], /class Marked has a private #check/],
  ])('%s', (_what, args, message) => {
    expect(() => (serializable as (...given: unknown[]) => unknown)(...args)).toThrow(TypeError);
    expect(() => (serializable as (...given: unknown[]) => unknown)(...args)).toThrow(message);
  });

  test('static private fields, and what only looks like private ones, are no obstacle', async () => {
    expect(serializable(Counted)).toBe(Counted);
    expect(await travel(new Counted())).toBeInstanceOf(Counted);
  });

  test('a subclass does not travel as its base', () => {
    expect(refusal([new Sub(1, 2)]).message).toMatch(
      /^args\[0\]: an instance of Sub would arrive as a plain object .* register its class: serializable\(import\.meta\.url, Class\)/,
    );
    class Inner extends Secret {}
    expect(refusal([new Inner('x')]).message).toMatch(/an instance of Inner/);
  });

  test('half a codec in static methods is refused where an instance is met', () => {
    expect(refusal([new Half()])).toMatchObject({ path: 'args[0]' });
    expect(refusal([new Half()]).message).toMatch(/class Half needs both static methods/);
  });

  test('a Proxy of an instance is a Proxy', () => {
    expect(refusal([new Proxy(new Point(1, 2), {})]).message).toMatch(/a Proxy can't travel/);
  });
});

test('a module that is loaded again makes its classes anew: the last one stands', async () => {
  const make = (): new () => object =>
    class Again {
      n = 1;
    };
  const [First, Second] = [make(), make()];
  serializable(import.meta.url, First);
  serializable(import.meta.url, Second);
  expect(await travel(new First())).toBeInstanceOf(Second);
});
