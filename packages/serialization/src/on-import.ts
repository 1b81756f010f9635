/** What the package does when it is imported, before its code is loaded: see LazyPackage of `@heddle/futures`. */
import { provideFunctionEncoder } from './functions/function-encoder.js';
import { provideFunctionLoader } from './functions/function-loader.js';
import type { loadFunction } from './functions/load-function.js';

/**
 * Modules of tasks and classes need no more than these, and a pool needs no more to start its first worker. Their state is shared with the
 * code that is loaded later.
 */
export { serializable } from './classes/serializable.js';
export { task } from './functions/task.js';
export { tasksOf } from './functions/tasks-of.js';
export { ownFile } from './own-file.js';
export { shared } from './values/shared.js';

/** Values may hold functions from now on, for all copies of the package in this realm. @param get - loads the code, and returns an export */
export function onImport(get: (name: string) => unknown): void {
  provideFunctionEncoder(() => void get('describeFunction'));
  provideFunctionLoader((descriptor) => (get('loadFunction') as typeof loadFunction)(descriptor));
}
