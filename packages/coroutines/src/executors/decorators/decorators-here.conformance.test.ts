/**
 * The conformance suite over decorators of executors on this thread: all of it over a nesting of all on InlineExecutor, a
 * part, picked by chance, over each by itself. `npm run conformance` runs all of it over everything, `HEDDLE_SEED` picks others.
 *
 * @slow
 */
import { decorators, random, shuffled } from '../../test-support/combinations.js';
import { decoratedSuite, seed } from '../../test-support/decorated-suite.js';

for (const name of Object.keys(decorators)) {
  decoratedSuite([name], 'InlineExecutor', 0.3);
  decoratedSuite([name], 'CoroutineExecutor', 0.15);
}

const next = random(seed);
decoratedSuite(shuffled(next), 'InlineExecutor', 1);
decoratedSuite(shuffled(next), 'CoroutineExecutor', 0.3);
