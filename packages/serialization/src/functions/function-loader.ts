/**
 * What loads a function for `tasksOf`, whose stubs are made before the code that loads functions is: see on-import.ts. Loading the whole
 * package installs it, for all copies of the package in this realm.
 */
import { shared } from '../values/shared.js';
import type { FunctionDescriptor, LoadedFunction } from './function-descriptor.js';

/** See load-function.ts. */
type LoadFunction = (descriptor: FunctionDescriptor) => LoadedFunction | Promise<LoadedFunction>;

const provided = shared('functionLoader', () => ({ load: undefined as LoadFunction | undefined }));

/** Tells what loads functions. */
export function provideFunctionLoader(load: LoadFunction): void {
  provided.load ??= load;
}

/** As `loadFunction`. */
export function loadLater(descriptor: FunctionDescriptor): LoadedFunction | Promise<LoadedFunction> {
  if (provided.load === undefined) throw new Error('the code that loads functions was not provided');
  return provided.load(descriptor);
}
