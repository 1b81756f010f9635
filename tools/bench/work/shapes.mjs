// The values that are encoded and decoded.

/** Its instances travel by their fields: all that can do more than plain data can do that. */
export class Money {
  /**
   * @param {number} amount
   * @param {string} currency
   */
  constructor(amount, currency) {
    this.amount = amount;
    this.currency = currency;
  }
}

/**
 * @template T
 * @param {number} length
 * @param {(i: number) => T} make
 */
const list = (length, make) => Array.from({ length }, (_, i) => make(i));

export const numbers = { make: () => list(100_000, (i) => (i % 2 ? i : i / 7)) };

export const strings = {
  make: () => list(10_000, (i) => `${i % 5 ? 'plain text' : 'Größe, мера, 尺寸'} number ${i}${' and more of it'.repeat(i % 4)}`),
};

export const records = {
  make: () => list(10_000, (i) => ({ id: i, name: `item ${i}`, price: i * 1.5, isNew: i % 3 === 0, shelf: i % 40 })),
};

/** @typedef {{ name: string, depth: number, children: Node[] }} Node */

/** @param {number} depth @returns {Node} */
const bush = (depth) => ({ name: `bush ${depth}`, depth, children: depth === 0 ? [] : list(3, () => bush(depth - 1)) });

/** A spine, with a bush at every joint. @param {number} depth @returns {Node} */
const spine = (depth) => ({ name: `joint ${depth}`, depth, children: depth === 0 ? [] : [bush(2), spine(depth - 1)] });

/** 400 objects deep, as lists count too; 2,801 nodes. */
export const tree = { make: () => spine(200) };

export const array = { make: () => Float64Array.from({ length: (8 << 20) / 8 }, (_, i) => i / 7) };

/** A thousand of each. */
export const mixed = {
  classes: [Money],
  isGrouped: true,
  make: () => ({
    instances: list(1000, (i) => new Money(i, 'EUR')),
    errors: list(1000, (i) =>
      Object.assign(new RangeError(`out of range: ${i}`, { cause: new TypeError('wrong kind') }), { code: 'E_RANGE', at: i }),
    ),
    maps: list(1000, (i) => new Map([[i, { is: i }]])),
    sets: list(1000, (i) => new Set([`item ${i}`, i])),
    dates: list(1000, (i) => new Date(i * 86_400_000)),
    urls: list(1000, (i) => new URL(`https://example.org/items/${i}?shelf=${i % 40}`)),
  }),
};

export const fewArguments = { make: () => [7, 'a name', { id: 7, isNew: true, price: 1.5 }], times: 1000 };
