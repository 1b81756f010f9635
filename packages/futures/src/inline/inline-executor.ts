import { Executor } from '../executor/executor.js';
import { arrayValue, checkOptions, ofType } from '../helpers/options.js';
import { InlineBackend } from './inline-backend.js';
import type { InlineExecutorOptions } from './inline-options.js';

const checks = { initializer: ofType('function'), initargs: arrayValue, finalizer: ofType('function') };

/**
 * Runs each task on the caller's thread, within the call of `submit`. Use it for debugging and tests: you can step from the caller
 * into the task, and stack traces show both. Arguments are not copied. With `HEDDLE_EXECUTOR=inline` in the environment, every
 * pool of a program works like this.
 *
 * @example
 * ```ts
 * import { InlineExecutor } from '@heddle/futures';
 *
 * await using executor = new InlineExecutor();
 * export const three: number = await executor.submit((a: number, b: number) => a + b, 1, 2);
 * ```
 */
export class InlineExecutor extends Executor {
  /** @throws TypeError for a wrong option */
  constructor(options?: InlineExecutorOptions) {
    checkOptions('InlineExecutor', options, checks);
    super(new InlineBackend(options, () => this));
  }
}
