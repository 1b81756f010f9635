import v8 from 'node:v8';
import vm from 'node:vm';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';

// Contexts made from here on have a `gc`; the flag needs no restart of the process.
v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');

/**
 * Node's environment, and in it what a test of Heddle may rely on: `globalThis.gc()`, so that a test can say what must
 * be collected.
 */
export default class HeddleEnvironment extends NodeEnvironment {
  async setup() {
    await super.setup();
    this.global.gc = gc;
  }
}
