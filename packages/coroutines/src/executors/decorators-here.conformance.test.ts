/**
 * The conformance suite over decorators of executors on this thread: all of it over each on InlineExecutor and over a nesting of all, a
 * part over each on CoroutineExecutor. `HEDDLE_CONFORMANCE=whole` runs all of it over everything.
 */
import { decorators, random, shuffled } from '../test-support/combinations.js';
import { decoratedSuite, seed } from '../test-support/decorated-suite.js';

for (const name of Object.keys(decorators)) {
  decoratedSuite([name], 'InlineExecutor', 1);
  decoratedSuite([name], 'CoroutineExecutor', 0.25);
}

const next = random(seed);
decoratedSuite(shuffled(next), 'InlineExecutor', 1);
decoratedSuite(shuffled(next), 'CoroutineExecutor', 0.5);
