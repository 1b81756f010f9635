import { Executor } from '../executor/executor.js';
import { arrayValue, checkOptions, ofType } from '../helpers/options.js';
import { InlineBackend } from './inline-backend.js';
import type { InlineExecutorOptions } from './inline-options.js';

const checks = { initializer: ofType('function'), initargs: arrayValue };

/**
 * Runs each task in the caller, at submit: for debugging and tests. Breakpoints and stack traces go straight through.
 * Arguments are not copied. `HEDDLE_EXECUTOR=inline` puts it in the place of every pool of a program.
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
  /** @throws TypeError for a bad option */
  constructor(options?: InlineExecutorOptions) {
    checkOptions('InlineExecutor', options, checks);
    super(new InlineBackend(options, () => this));
  }
}
