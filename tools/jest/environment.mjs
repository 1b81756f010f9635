import v8 from 'node:v8';
import vm from 'node:vm';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';
import { forbidStarts } from './start-guard.mjs';
import { tagsOf, timeoutMs } from './tags.mjs';
import { watchWarnings } from './warning-watch.mjs';

// Contexts made from here on have a `gc`; the flag needs no restart of the process.
v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');

/** Where Jest looks for what `jest.setTimeout()` has set. */
const TEST_TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');

/**
 * Node's environment, and what holds for every test file of Heddle:
 *
 * - `globalThis.gc()` is there, so that a test can say what must be collected;
 * - its tags (tags.mjs) choose the default timeout, and whether it may start workers and processes;
 * - warnings are not printed, and one that no test has claimed fails the file.
 */
export default class HeddleEnvironment extends NodeEnvironment {
  #path;
  #tags;
  #starts;
  #warnings;

  constructor(config, context) {
    super(config, context);
    this.#path = context.testPath;
    this.#tags = tagsOf(this.#path);
  }

  async setup() {
    await super.setup();
    this.global.gc = gc;
    this.global[TEST_TIMEOUT] = timeoutMs(this.#tags);
    if (!this.#tags.has('workers')) this.#starts = forbidStarts(this.#path);
    this.#warnings = watchWarnings(this.global.process);
  }

  async handleTestEvent(event, state) {
    if (event.name !== 'run_finish') return;
    state.unhandledErrors.push(...(this.#starts?.attempts ?? []), ...(await this.#warnings.unclaimed()));
  }

  async teardown() {
    this.#starts?.restore();
    this.#warnings?.restore();
    await super.teardown();
  }
}
