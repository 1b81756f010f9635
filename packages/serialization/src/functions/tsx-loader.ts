/**
 * On Node 20, tsx registers itself in the main thread only, so a worker thread of a program under tsx could not load `.ts` files. Newer
 * Nodes share hooks with their threads.
 */
import nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

interface TsxApi {
  register(): unknown;
}

/** `undefined` once nothing has to be waited for. */
let loading: Promise<void> | undefined = startLoading();

/** Returns a promise while this thread has to wait for tsx before it can load its first module. */
export function tsxLoader(): Promise<void> | undefined {
  return loading;
}

function startLoading(): Promise<void> | undefined {
  if (isMainThread || !process.version.startsWith('v20.')) return undefined;
  const args = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')];
  const tsx = args.map((arg) => arg.replace(/^--(?:import|require|loader)=/, '')).find((arg) => /^tsx$|[\\/]tsx[\\/]dist[\\/]/.test(arg));
  if (tsx === undefined) return undefined;
  return register(tsx).finally(() => {
    loading = undefined;
  });
}

async function register(tsx: string): Promise<void> {
  try {
    const api = (await import(apiOf(tsx))) as TsxApi;
    api.register();
  } catch {
    // The error of the module that can't be loaded says what is missing.
  }
}

/** Returns the address of tsx/esm/api: of the tsx that this program was started with. */
function apiOf(tsx: string): string {
  const file = tsx === 'tsx' ? nodeModule.createRequire(join(process.cwd(), '_')).resolve('tsx/esm/api') : tsx;
  const folder = file.slice(0, file.search(/[\\/]dist[\\/]/));
  return `${folder.startsWith('file:') ? folder : pathToFileURL(folder).href}/dist/esm/api/index.mjs`;
}
