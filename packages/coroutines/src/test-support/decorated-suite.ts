import { afterAll, describe, test } from '@jest/globals';
import { describeExecutor } from '@heddle/testkit';
import { capabilities, make, nest, random, type Kind } from './combinations.js';

/** All of everything, which takes some minutes. */
const isWhole = process.env['HEDDLE_CONFORMANCE'] === 'whole';
/** Another one picks other tests, and other nestings. */
export const seed = Number(process.env['HEDDLE_SEED'] ?? 20);
/** Holds once a process: the module that it imports stays. */
const once = /^a result of a class that is yet to be imported/;
/** What only tasks beneath a decorator can get wrong: never left to chance. */
const always = /^a settled future keeps neither|^sources: a map cannot give|^callback: captured, within/;
/** These wait for time to pass, a second each: nestings of all decorators have them. */
const slow = /^timeoutMs: results that are there come|^timeoutMs counts from the claim/;

/**
 * The conformance suite over decorators, the first name outermost.
 *
 * @param part - of the suite's tests that run, picked by chance: 1 for all, 0.1 for a tenth
 */
export function decoratedSuite(names: readonly string[], kind: Kind, part: number): void {
  const title = `${names.join(' > ')} over ${kind}`;
  const next = random(Array.from(title).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, seed));
  const runs = (name: string): boolean => next() < part && !once.test(name) && (names.length === 7 || !slow.test(name));
  const runner = {
    describe,
    afterAll,
    test: (name: string, body: () => Promise<void>, timeoutMs?: number) => {
      if (runs(name) || always.test(name) || (isWhole && !once.test(name))) test(name, body, timeoutMs);
    },
  };
  describeExecutor(title, (options) => nest(names, make(kind, options)), capabilities[kind], runner);
}
