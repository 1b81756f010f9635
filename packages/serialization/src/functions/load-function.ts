import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { SerializationError, TaskNotFoundError } from '@heddle/futures/errors';

import { atBuiltinPath } from './builtin-path.js';
import type { FunctionDescriptor, FunctionPlace, FunctionReference, FunctionSource, LoadedFunction } from './function-descriptor.js';
import { factoryOf } from './function-factories.js';
import { provideFunctionLoader } from './function-loader.js';
import { referenceOf } from './function-reference.js';
import { atGlobalPath } from './global-path.js';
import { importModule } from './import-module.js';
import { nearestName } from './nearest-name.js';
import { syntaxPlace } from './syntax-place.js';
import { tsxLoader } from './tsx-loader.js';

/** Options of Node that workers inherit. */
const TYPESCRIPT_LOADERS = 'start the program by node --import tsx, or node -r ts-node/register';

/**
 * Turns a descriptor back into a function. For authors of executors: a worker calls it once for each descriptor id and keeps the
 * result.
 *
 * @returns the function if no waiting is needed (by source, without imports), otherwise a promise of it. A function with captures
 *   arrives as a value, by `encodeValue`. For such a descriptor this only makes the code known, and the result cannot be called
 * @throws SerializationError (`HEDDLE_SERIALIZATION`) when a source cannot be compiled here
 * @throws TaskNotFoundError (`HEDDLE_TASK_NOT_FOUND`), as a rejection, when the module has no such function or cannot be loaded. The
 *   module's own error is then the `cause`
 */
export function loadFunction(descriptor: FunctionDescriptor): LoadedFunction | Promise<LoadedFunction> {
  return tsxLoader()?.then(() => loadNow(descriptor)) ?? loadNow(descriptor);
}

provideFunctionLoader(loadFunction);

function loadNow(descriptor: FunctionDescriptor): LoadedFunction | Promise<LoadedFunction> {
  switch (descriptor.kind) {
    case 'source':
      return compileFunction(descriptor);
    case 'reference':
      return importFunction(descriptor);
    case 'global':
      return functionAt(descriptor);
  }
}

function compileFunction(descriptor: FunctionSource): LoadedFunction | Promise<LoadedFunction> {
  const factory = factoryOf(descriptor);
  const make = (): LoadedFunction => (descriptor.captures.length === 0 ? factory.with({}) : capturing(descriptor));
  return factory.loading === undefined ? make() : factory.loading.then(make);
}

/** Its code is known from now on. The function itself comes with each call, inside a value. */
function capturing({ name, captures }: FunctionSource): LoadedFunction {
  return () => {
    throw new SerializationError(
      `function "${name}" was called without what it captures (${captures.join(', ')}): send the function itself by encodeValue`,
    );
  };
}

/** @returns a function that is the same in every realm of the same Node version */
function functionAt({ path, module }: Pick<FunctionPlace, 'path' | 'module'>): LoadedFunction {
  const value = module === undefined ? atGlobalPath(path) : atBuiltinPath({ module, path });
  if (typeof value === 'function') return value as LoadedFunction;
  throw new TaskNotFoundError(`there is no function ${path.join('.')}${module === undefined ? '' : ` of ${module}`} in the worker`);
}

async function importFunction(reference: FunctionReference): Promise<LoadedFunction> {
  const { module, name } = reference;
  let namespace: Record<string, unknown>;
  try {
    namespace = await importModule(module);
  } catch (problem) {
    const cause = nativeError(problem);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TaskNotFoundError(`task "${name}" not found: its module ${module} could not be loaded: ${why}${remedyFor(cause, module)}`, {
      cause,
    });
  }
  const exported = namespace[name] ?? commonJsExport(namespace, name) ?? exportedOtherwise(namespace, reference);
  if (typeof exported === 'function') return exported as LoadedFunction;
  throw new TaskNotFoundError(`task "${name}" not found in ${module}: ${whatIsThere(namespace, name)}`);
}

/** Node makes errors of module hooks anew, as objects that are no errors to structured clone. */
function nativeError(problem: unknown): unknown {
  if (types.isNativeError(problem) || !(problem instanceof Error)) return problem;
  const error = Object.defineProperties(new Error(), Object.getOwnPropertyDescriptors(problem));
  return Object.setPrototypeOf(error, Object.getPrototypeOf(problem) as object) as unknown;
}

/** @returns the place of a syntax error, or advice, if the error calls for it */
function remedyFor(cause: unknown, module: string): string {
  if (!(cause instanceof Error)) return '';
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return `; Node itself only removes types: compile the module first, or ${TYPESCRIPT_LOADERS}`;
  if (cause.name === 'SyntaxError') {
    const place = syntaxPlace(module);
    return place === undefined ? '' : ` (${place})`;
  }
  if (code === 'ERR_UNSUPPORTED_ESM_URL_SCHEME') {
    return '; a worker knows no modules that a bundler or a test runner makes: put the task into a file, and mark it with the address of that file';
  }
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(pathOf(module))) {
    return '; if a bundler has put the module into another file, make it an entry of its own (docs/guides/bundlers.md)';
  }
  if (code !== 'ERR_UNKNOWN_FILE_EXTENSION' || !/"\.[mc]?tsx?"/.test(message)) return '';
  const older = 'on older versions compile the module first and name the compiled file';
  return `; Node 22.18 and later load TypeScript as it is; ${older}, or ${TYPESCRIPT_LOADERS}`;
}

function pathOf(module: string): string {
  return module.startsWith('file:') ? fileURLToPath(module) : module;
}

/** Finds exports of `module.exports = { add }` in forms that Node doesn't detect. */
function commonJsExport(namespace: Record<string, unknown>, name: string): unknown {
  const exports = namespace['default'];
  const isObject = (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  return isObject && Object.hasOwn(exports, name) ? (exports as Record<string, unknown>)[name] : undefined;
}

/** Finds exports of `export { add as plus }` or `export default add`: loading the module has registered them under their own names. */
function exportedOtherwise(namespace: Record<string, unknown>, { id }: FunctionReference): unknown {
  return Object.values(namespace).find((value) => typeof value === 'function' && referenceOf(value as LoadedFunction)?.id === id);
}

function whatIsThere(namespace: Record<string, unknown>, name: string): string {
  if (namespace[name] !== undefined) return `the export of that name is not a function but of type ${typeof namespace[name]}`;
  const names = Object.keys(namespace).filter((key) => typeof namespace[key] === 'function');
  if (names.length === 0) return 'the module exports no function; export the task under its own name';
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `no such export; did you mean "${nearest}"?`;
  const more = names.length > 10 ? `, and ${names.length - 10} more` : '';
  return `no such export; the functions it exports are ${names.slice(0, 10).join(', ')}${more}`;
}
