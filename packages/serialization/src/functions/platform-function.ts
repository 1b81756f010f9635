import { builtinPath } from './builtin-path.js';
import type { AnyFunction, FunctionPlace } from './function-descriptor.js';
import { globalPath } from './global-path.js';
import type { FunctionInspector } from './inspect-function.js';

/**
 * Returns the place in every realm of a function of the language or of Node; `undefined` for any other function. A function that a program
 * put in such a place is the program's own.
 *
 * @param isNative - true when its text is that of native code; Node's other functions are written in JavaScript
 * @param isRefused - true when the function can't travel in another way: then the search may take longer
 */
export function platformFunction(
  fn: AnyFunction,
  name: string,
  isNative: boolean,
  inspector: FunctionInspector,
  isRefused: boolean,
): FunctionPlace | undefined {
  const path = globalPath(fn);
  const found = path === undefined ? builtinPath(fn, isRefused) : { path, module: undefined };
  if (found === undefined || !(isNative || isOfNode(fn, inspector))) return undefined;
  const id = `${found.module ?? 'global'}#${found.path.join('.')}`;
  return Object.freeze({ kind: 'global', id, name, ...found });
}

/** Tells whether a function is Node's; true where that can't be found out. */
function isOfNode(fn: AnyFunction, inspector: FunctionInspector): boolean {
  const location = inspector.look(fn, [])?.location;
  const url = location === undefined ? undefined : inspector.scriptName(location.scriptId, 'needed');
  return url === undefined || url.startsWith('node:');
}
