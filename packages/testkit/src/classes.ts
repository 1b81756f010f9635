/** Classes that the suite sends. They are registered with this module, and a worker imports it when an instance arrives. */
import { serializable, task } from '@heddle/serialization';

/** Has a private amount, so it travels by encode and decode. */
export class Money {
  readonly #cents: bigint;

  constructor(cents: bigint) {
    this.#cents = cents;
  }

  get cents(): bigint {
    return this.#cents;
  }

  static {
    serializable(import.meta.url, Money, { encode: (money) => money.#cents, decode: (cents) => new Money(cents) });
  }
}

/** Travels as its fields, also in cycles. */
export class Person {
  readonly name: string;
  friend: Person | undefined;

  constructor(name: string) {
    this.name = name;
  }

  greet(): string {
    return `I am ${this.name}`;
  }
}
serializable(import.meta.url, Person);

/** An error with a field and a method. */
export class DebtError extends RangeError {
  readonly owed: Money;

  constructor(message: string, owed: Money, options?: ErrorOptions) {
    super(message, options);
    this.owed = owed;
  }

  get isLarge(): boolean {
    return this.owed.cents > 100n;
  }
}
serializable(import.meta.url, DebtError);

/** Has a `decode` that throws. */
export class Brittle {
  readonly where: string;

  constructor(where: string) {
    this.where = where;
  }
}
serializable(import.meta.url, Brittle, {
  encode: ({ where }) => where,
  decode: (where) => {
    throw new RangeError(`broken at ${where}`);
  },
});

/** Has an `encode` that throws. */
export class Jammed {
  readonly kept = true;
}
serializable(import.meta.url, Jammed, {
  encode: (): never => {
    throw new RangeError('it is jammed');
  },
  decode: () => new Jammed(),
});

export const plus: (a: Money, b: Money) => Money = task(import.meta.url, function plus(a: Money, b: Money): Money {
  return new Money(a.cents + b.cents);
});

export const doubled: (money: Money) => Money = task(import.meta.url, function doubled(money: Money): Money {
  return new Money(money.cents * 2n);
});

export const befriend: (a: Person, b: Person) => [Person, Person] = task(import.meta.url, function befriend(a: Person, b: Person): [
  Person,
  Person,
] {
  a.friend = b;
  b.friend = a;
  return [a, b];
});

export const fallIntoDebt: (cents: bigint) => never = task(import.meta.url, function fallIntoDebt(cents: bigint): never {
  throw new DebtError('not enough', new Money(cents), { cause: new DebtError('spent', new Money(1n)) });
});

export const make: (what: 'brittle' | 'jammed') => Brittle | Jammed = task(import.meta.url, function make(what: 'brittle' | 'jammed'):
  Brittle | Jammed {
  return what === 'brittle' ? new Brittle('worker') : new Jammed();
});
