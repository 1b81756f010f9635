import { checkOptions, ofType } from '../helpers/options.js';
import type { ShutdownOptions } from './backend.js';

const checks = { wait: ofType('boolean'), cancelFutures: ofType('boolean') };

/**
 * Checks the options that a backend's `shutdown` was given, if any. For authors of executors.
 *
 * @throws TypeError for an unknown option or a value that is not a boolean
 */
export function checkShutdownOptions(options: ShutdownOptions = {}): void {
  checkOptions('shutdown', options, checks);
}
