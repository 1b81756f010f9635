import type { ExecutorCapabilities, ExecutorFactory } from './capabilities.js';
import { findRunner, type Runner } from './runner.js';
import { abortTests } from './suite/abort.js';
import { blockingLimitTests } from './suite/blocking-limits.js';
import { blockingNestedTests } from './suite/blocking-nested.js';
import { blockingTests } from './suite/blocking.js';
import { broadcastTests } from './suite/broadcast.js';
import { callbackTests } from './suite/callbacks.js';
import { callerObjectTests } from './suite/caller-objects.js';
import { cancelTests } from './suite/cancel.js';
import { closureTests } from './suite/closures.js';
import { contextTests } from './suite/context.js';
import { crashTests } from './suite/crash.js';
import { errorTests } from './suite/errors.js';
import { futureTests } from './suite/futures.js';
import { identityTests } from './suite/identity.js';
import { initializerTests } from './suite/initializer.js';
import { itemSourceTests } from './suite/item-sources.js';
import { mapErrorTests } from './suite/map-errors.js';
import { mapFormTests } from './suite/map-forms.js';
import { mapCancelTests, mapLimitTests } from './suite/map-limits.js';
import { mapSourceTests } from './suite/map-sources.js';
import { mapTests } from './suite/map.js';
import { memoryTests } from './suite/memory.js';
import { nestedTests } from './suite/nested.js';
import { queueTests } from './suite/queue.js';
import { shutdownTests } from './suite/shutdown.js';
import { stackTests } from './suite/stack.js';
import { statisticsTests } from './suite/statistics.js';
import { streamTests } from './suite/streams.js';
import { submitTests } from './suite/submit.js';
import { travelTests } from './suite/travel.js';
import { waitTests } from './suite/wait.js';
import { wholeValueTests } from './suite/whole-values.js';
import { workerStateTests } from './suite/worker-state.js';
import { workerTests } from './suite/workers.js';
import { Suite } from './suite.js';

const themes: Readonly<Record<string, (suite: Suite) => void>> = {
  submit: submitTests,
  futures: futureTests,
  cancel: cancelTests,
  'abort and timeoutMs': abortTests,
  errors: errorTests,
  'stack traces': stackTests,
  'what travels': travelTests,
  'functions with captures': closureTests,
  'values keep their identity': identityTests,
  'values are whole': wholeValueTests,
  map: mapTests,
  'map: errors': mapErrorTests,
  'map: forms of results': mapFormTests,
  'map: sources': mapSourceTests,
  'map: limits': mapLimitTests,
  'map: ended early': mapCancelTests,
  streams: streamTests,
  callbacks: callbackTests,
  'sources of items': itemSourceTests,
  'signals, and where caller objects go': callerObjectTests,
  'wait and asCompleted': waitTests,
  'currentTask and async context': contextTests,
  'nested tasks': nestedTests,
  'blocking waits': blockingTests,
  'blocking waits: limits': blockingLimitTests,
  'blocking waits: in tasks': blockingNestedTests,
  queue: queueTests,
  workers: workerTests,
  initializer: initializerTests,
  'state of a worker': workerStateTests,
  broadcast: broadcastTests,
  'death of workers': crashTests,
  statistics: statisticsTests,
  memory: memoryTests,
  shutdown: shutdownTests,
};

/**
 * Declares the tests that every Executor passes, as one `describe` block of the test framework at hand.
 *
 * @param name - of the executor, for the block
 * @param factory - makes a new executor; see {@link ConformanceOptions} for what it may be given
 * @param capabilities - what is true of this executor; each adds tests
 * @param runner - `describe` and `test` of the framework, and `afterAll`, with which tests share executors
 * @defaultValue runner: the global `describe` and `test`
 * @throws TypeError when no runner was given and there is no global one
 * @example
 * ```ts
 * import { after, describe, test } from 'node:test';
 * import { InlineExecutor } from '@heddle/futures';
 * import { describeExecutor } from '@heddle/testkit';
 *
 * describeExecutor('InlineExecutor', () => new InlineExecutor(), { nested: true }, { describe, test, afterAll: after });
 * ```
 */
export function describeExecutor(name: string, factory: ExecutorFactory, capabilities: ExecutorCapabilities, runner?: Runner): void {
  const found = findRunner(runner);
  const suite = new Suite(found, factory, capabilities);
  found.describe(name, () => {
    found.afterAll?.(suite.end);
    for (const [theme, declare] of Object.entries(themes))
      found.describe(theme, () => {
        declare(suite);
      });
  });
}
