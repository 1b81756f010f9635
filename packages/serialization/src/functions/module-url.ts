import { isBuiltin } from 'node:module';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Returns the absolute URL of a module that was named by URL, `import.meta` or absolute path.
 *
 * @param caller - the function whose argument it is, for messages
 * @throws TypeError when it is relative, bare or no address at all, since the base for resolving it can't be known here
 */
export function moduleUrl(module: unknown, caller: string): string {
  const address = typeof module === 'object' && module !== null ? addressOf(module) : module;
  if (typeof address === 'string' && address.startsWith('\0')) {
    throw new TypeError(
      `${caller}: ${JSON.stringify(address)} is a module that a bundler has made, which no worker can import: put the task into a file, and name its address`,
    );
  }
  if (typeof address !== 'string' || address === '') {
    throw new TypeError(`${caller}: module must be import.meta.url, import.meta, a URL or an absolute path, got ${showModule(module)}`);
  }
  // Before URLs, since `C:\x.js` would count as a URL of the scheme `c:`.
  if (isAbsolute(address)) return pathToFileURL(address).href;
  if (isBuiltin(address)) return address.startsWith('node:') ? address : `node:${address}`;
  if (URL.canParse(address)) return new URL(address).href;
  const relative = /^\.{0,2}\//.test(address);
  throw new TypeError(
    `${caller}: ${JSON.stringify(address)} is not an absolute module address, so where to look for it is not known; use ` +
      `import.meta.url for the module itself, or ${relative ? `new URL('${address}', import.meta.url)` : `import.meta.resolve('${address}')`}`,
  );
}

function addressOf(module: object): unknown {
  if ('href' in module) return module.href;
  return 'url' in module ? module.url : undefined;
}

function showModule(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'function' ? `a function` : typeof value === 'object' && value !== null ? 'an object without url' : String(value);
}
