/** Searches texts in parallel by functions that use whatever stands around them. */
import { createHash } from 'node:crypto';
import { ProcessPoolExecutor, ThreadPoolExecutor, closure } from 'heddle';
import { wordsOf } from './words.js';

const stopWords = new Set(['the', 'and', 'a', 'of', 'over']);
const weights = { title: 3, body: 1 };

/** A class: it travels with the functions that use it. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(word: string, weight: number): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + weight);
  }

  top(): string {
    const [first] = [...this.#counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
    return first === undefined ? 'nothing' : `${first[0]} (${String(first[1])})`;
  }
}

interface Text {
  readonly title: string;
  readonly body: string;
}

/** Another function, with captures of its own. */
const isWorthCounting = (word: string): boolean => word.length > 2 && !stopWords.has(word);

const texts: Text[] = [
  { title: 'The loom', body: 'A loom holds the warp and a shuttle carries the weft over and under the warp.' },
  { title: 'Heddles', body: 'A heddle lifts a thread of the warp; the heddles of a shaft lift theirs together.' },
  { title: 'The weft', body: 'The weft is what the weaver throws; the reed beats the weft.' },
];

for (const Pool of [ThreadPoolExecutor, ProcessPoolExecutor]) {
  await using pool = new Pool({ maxWorkers: 2 });
  console.log(`${Pool.name}:`);

  // Variables of the module, an import of ours, a class, another function.
  const tops = await pool
    .map(({ title, body }) => {
      const tally = new Tally();
      for (const word of wordsOf(title).filter(isWorthCounting)) tally.add(word, weights.title);
      for (const word of wordsOf(body).filter(isWorthCounting)) tally.add(word, weights.body);
      return tally.top();
    }, texts)
    .toArray();
  console.log(`  most important: ${tops.join(', ')}`);

  // A variable that changes: each submit takes it as it is.
  let salt = 'warp';
  const digest = (text: string): string =>
    createHash('sha256')
      .update(salt + text)
      .digest('hex')
      .slice(0, 8);
  const before = pool.submit(digest, 'thread');
  salt = 'weft';
  const after = pool.submit(digest, 'thread');
  console.log(`  digests: ${await before} with warp, ${await after} with weft`);

  // Functions inside arguments, and captures named by hand.
  const describe = (rules: { keep: (word: string) => boolean }, text: string): string =>
    wordsOf(text)
      .filter((word) => rules.keep(word))
      .join(' ');
  console.log(`  kept: ${await pool.submit(describe, { keep: isWorthCounting }, 'The shed of a loom')}`);
  console.log(`  named: ${await pool.submit(closure(() => `${salt}, as given`, { salt: 'selvedge' }))}`);

  // What can't come along is refused, and says where it is.
  let lost = 0;
  const refused = await pool
    .submit(() => {
      lost += 1;
    })
    .exception();
  console.log(`  refused: ${(refused as Error).message.replace(/ \(.*?\)/, '').slice(0, 82)} ... (lost: ${String(lost)})`);
}
