import { builtinPath } from './builtin-path.js';
import type { AnyFunction, FunctionPlace } from './function-descriptor.js';
import { globalPath } from './global-path.js';
import type { FunctionInspector } from './inspect-function.js';

/**
 * Where a function of the language or of Node's is found in every realm; `undefined` when it is none. One that a program put
 * there, in the place of another, is the program's own.
 *
 * @param isNative - whether its text is that of native code; others of Node's are written in JavaScript
 */
export function platformFunction(
  fn: AnyFunction,
  name: string,
  isNative: boolean,
  inspector: FunctionInspector,
): FunctionPlace | undefined {
  const path = globalPath(fn);
  const found = path === undefined ? builtinPath(fn) : { path, module: undefined };
  if (found === undefined || !(isNative || isOfNode(fn, inspector))) return undefined;
  const id = `${found.module ?? 'global'}#${found.path.join('.')}`;
  return Object.freeze({ kind: 'global', id, name, ...found });
}

/** Where that can't be found out it is taken for Node's. */
function isOfNode(fn: AnyFunction, inspector: FunctionInspector): boolean {
  const location = inspector.look(fn, [])?.location;
  const url = location === undefined ? undefined : inspector.scriptName(location.scriptId, 'needed');
  return url === undefined || url.startsWith('node:');
}
