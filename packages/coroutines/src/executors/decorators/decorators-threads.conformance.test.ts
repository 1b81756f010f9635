/**
 * The conformance suite over decorators of ThreadPoolExecutor. A test costs the start of threads, so a part of it runs: other tests for each
 * decorator, and for nestings by chance. `npm run conformance` runs all of it over everything, `HEDDLE_SEED` picks others.
 *
 * @workers
 */
import { describe, test } from '@jest/globals';
import { InlineExecutor } from '@heddle/futures';
import { describeExecutor } from '@heddle/testkit';
import { ThreadPoolExecutor } from '@heddle/threads';
import { decorators, random, shuffled } from '../../test-support/combinations.js';
import { decoratedSuite, seed } from '../../test-support/decorated-suite.js';
import { flaky } from '../../test-support/flaky.js';
import { fallback } from './fallback.js';
import { retrying } from './retrying.js';

for (const name of Object.keys(decorators)) decoratedSuite([name], 'ThreadPoolExecutor', 0.04);

const next = random(seed + 1);
decoratedSuite(shuffled(next), 'ThreadPoolExecutor', 0.2);
for (let i = 0; i < 3; i++) decoratedSuite(shuffled(next).slice(0, 2 + Math.floor(next() * 5)), 'ThreadPoolExecutor', 0.04);

// Where every task runs twice, or elsewhere. Its future is running then, also while its next run waits: without what is said of waiting tasks.
/**
 * What is otherwise for a task that runs again. A later run takes arguments and captures as they are then (decision 22), is not the first attempt,
 * and is counted; and blocking can't wait for a delay.
 */
const otherwise = [
  'resultSync',
  'tasks are counted by how they ended',
  'as they are at submit',
  'stream: the arguments are those of the call',
  'currentTask tells id, name, attempt and signal',
  'console.log shows what it is, and what it does',
];
const again = { isolated: true, sharedMemory: true, nested: true, progress: true };
const some = (
  part: number,
): { describe: typeof describe; test: (name: string, body: () => Promise<void>, timeoutMs?: number) => void } => ({
  describe,
  test: (name, body, timeoutMs) => {
    if (next() < part && !otherwise.some((text) => name.includes(text))) test(name, body, timeoutMs);
  },
});
describeExecutor('retrying, each task failing once', () => retrying(flaky(new ThreadPoolExecutor(), 1), { delayMs: 0 }), again, some(0.15));
describeExecutor(
  'fallback, each task failing on the first',
  () => fallback(flaky(new InlineExecutor(), Infinity), new ThreadPoolExecutor()),
  again,
  some(0.15),
);
