/**
 * Numbers that look random and are the same for the same seed: sfc32, with its state spread out of a text by a hash.
 * `Math.random` can't be seeded, and a campaign that fails has to be repeated.
 */
export class Random {
  #a;
  #b;
  #c;
  #d = 1;

  /** @param {string} seed */
  constructor(seed) {
    const next = hash(seed);
    this.#a = next();
    this.#b = next();
    this.#c = next();
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32() {
    const sum = (this.#a + this.#b + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum >>> 0;
  }

  /** At least 0, below 1. */
  fraction() {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number, both bounds included. @param {number} least @param {number} most */
  integer(least, most) {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** Often near `least`, rarely near `most`: durations and sizes are spread like that. @param {number} least @param {number} most */
  skewed(least, most) {
    return Math.round(least + this.fraction() ** 3 * (most - least));
  }

  /** @param {number} probability */
  chance(probability) {
    return this.fraction() < probability;
  }

  /** @template T @param {readonly T[]} items @returns {T} */
  pick(items) {
    return /** @type {T} */ (items[this.integer(0, items.length - 1)]);
  }

  /** A name, as often as its weight says. @template {string} K @param {Readonly<Partial<Record<K, number>>>} weights @returns {K} */
  weighted(weights) {
    const entries = /** @type {[K, number][]} */ (Object.entries(weights));
    let rest = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      rest -= weight;
      if (rest < 0) return name;
    }
    return /** @type {[K, number]} */ (entries[entries.length - 1])[0];
  }
}

/** The seed of one campaign: eight hexadecimal digits. @param {string} master @param {string} executor @param {number} index */
export function campaignSeed(master, executor, index) {
  return hash(`${master}/${executor}/${index}`)().toString(16).padStart(8, '0');
}

/** xmur3: any number of 32-bit words from a text. @param {string} text */
function hash(text) {
  let h = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return h >>> 0;
  };
}
