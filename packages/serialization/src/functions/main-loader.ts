import { Script, constants } from 'node:vm';

let loader: number | undefined;

/**
 * @returns Node's token for "`import()` as in a module of that name". Its first use prints an ExperimentalWarning that does not concern the
 *   user, so the first use happens here, silently. Everything here is synchronous, so no other warning is lost.
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
