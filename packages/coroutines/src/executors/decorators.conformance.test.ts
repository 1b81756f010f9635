/**
 * The conformance suite over decorators. All of it runs over each on InlineExecutor, and over a nesting of all of them on each kind of
 * executor; on threads, where a test costs the start of threads, each by itself and other nestings have a part of it, which changes
 * with their names. `HEDDLE_CONFORMANCE=whole` runs all of everything.
 */
import { describe, test } from '@jest/globals';
import { describeExecutor } from '@heddle/testkit';
import { capabilities, decorators, make, nest, random, shuffled, type Kind } from '../test-support/combinations.js';

const isWhole = process.env['HEDDLE_CONFORMANCE'] === 'whole';
const seed = Number(process.env['HEDDLE_SEED'] ?? 20);

/** @param part - of the suite's tests that run: 1 for all, 0.1 for a tenth */
function suite(names: readonly string[], kind: Kind, part: number): void {
  const title = `${names.join(' > ')} over ${kind}`;
  const next = random(Array.from(title).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, seed));
  const runner = {
    describe,
    test: (name: string, body: () => Promise<void>, timeoutMs?: number) => {
      if (next() < part || isWhole) test(name, body, timeoutMs);
    },
  };
  describeExecutor(title, (options) => nest(names, make(kind, options)), capabilities[kind], runner);
}

for (const name of Object.keys(decorators)) {
  suite([name], 'InlineExecutor', 1);
  suite([name], 'CoroutineExecutor', 0.3);
  suite([name], 'ThreadPoolExecutor', 0.08);
}

const next = random(seed);
suite(shuffled(next), 'InlineExecutor', 1);
suite(shuffled(next), 'CoroutineExecutor', 1);
suite(shuffled(next), 'ThreadPoolExecutor', 0.5);
for (let i = 0; i < 4; i++) suite(shuffled(next).slice(0, 2 + Math.floor(next() * 5)), 'ThreadPoolExecutor', 0.05);
