/** What the package does when it is imported, before its code is loaded: see LazyPackage of `@heddle/futures`. */
import { provideFunctionEncoder } from './functions/function-encoder.js';

/** A module of tasks needs no more than this. Its state is shared with the code that is loaded later. */
export { task } from './functions/task.js';

/** Values may hold functions from now on, for all copies of the package in this realm. @param get - loads the code, and returns an export */
export function onImport(get: (name: string) => unknown): void {
  provideFunctionEncoder(() => void get('describeFunction'));
}
