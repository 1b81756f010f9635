/** The classes of the table of shapes. */
import { serializable } from '../classes/serializable.js';

export class Vector {
  readonly x: number;
  readonly y: number;
  other: Vector | undefined;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}
serializable(Vector, { name: 'shapes Vector' });

export class Account {
  readonly owner: string;
  readonly #balance: bigint;

  constructor(owner: string, balance: bigint) {
    this.owner = owner;
    this.#balance = balance;
  }

  get balance(): bigint {
    return this.#balance;
  }

  static {
    serializable(Account, {
      name: 'shapes Account',
      encode: (account) => [account.owner, account.#balance] as const,
      decode: ([owner, balance]) => new Account(owner, balance),
    });
  }
}

export class OwnError extends RangeError {
  readonly limit = new Map([['a', 1]]);
}
serializable(OwnError, { name: 'shapes OwnError' });

/** A class that is not registered. */
export class Plain {
  readonly field = 1;
}
