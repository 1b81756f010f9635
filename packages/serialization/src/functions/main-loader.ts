import { Script, constants } from 'node:vm';

let loader: number | undefined;

/**
 * Node's token for "`import()` as in a module of that name". Its first use prints an ExperimentalWarning, which is none
 * of the user's concern: it is used up here, silently. Everything in here is synchronous, so no other warning is lost.
 */
export function mainLoader(): number {
  if (loader !== undefined) return loader;
  loader = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const emitWarning = Reflect.get(process, 'emitWarning');
  process.emitWarning = () => {};
  try {
    new Script(`import('node:path')`, { importModuleDynamically: loader }).runInThisContext();
  } finally {
    process.emitWarning = emitWarning;
  }
  return loader;
}
