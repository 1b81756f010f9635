/**
 * Finds the exports of Heddle's packages that a variable holds, as CommonJS and compilers write them. Such functions and classes use state
 * of their thread, so their text can't run elsewhere. The worker imports them from the package's entry.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { AnyFunction } from './function-descriptor.js';
import { processInspector } from './inspect-function.js';
import { OWN_NAMES } from './own-names.js';

/** An export of a module. */
export interface OwnExport {
  /** The URL of the entry. */
  readonly specifier: string;
  readonly name: string;
}

const BUNDLE = /^(file:.*\/)dist\/bundle\/[\w/-]+\.js$/;
const found = new WeakMap<AnyFunction, OwnExport | null>();
/** The names that the entry of a package exports, by its folder. */
const packages = new Map<string, { readonly entry: string; readonly names: ReadonlySet<string> } | undefined>();

/** @returns where one of Heddle's functions is exported; `undefined` for any other function */
export function ownExport(fn: AnyFunction): OwnExport | undefined {
  let known = found.get(fn);
  if (known === undefined) found.set(fn, (known = find(fn) ?? null));
  return known ?? undefined;
}

function find(fn: AnyFunction): OwnExport | undefined {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  if (typeof name !== 'string' || !OWN_NAMES.has(name)) return undefined;
  const location = processInspector.look(fn, [])?.location;
  const url = location === undefined ? undefined : processInspector.scriptName(location.scriptId, 'likely');
  const folder = url === undefined ? undefined : BUNDLE.exec(url)?.[1];
  if (folder === undefined) return undefined;
  if (!packages.has(folder)) packages.set(folder, readPackage(folder));
  const own = packages.get(folder);
  return own?.names.has(name) === true ? { specifier: own.entry, name } : undefined;
}

function readPackage(folder: string): { entry: string; names: ReadonlySet<string> } | undefined {
  try {
    const { name } = JSON.parse(readFileSync(fileURLToPath(new URL('package.json', folder)), 'utf8')) as { name?: unknown };
    if (typeof name !== 'string' || !/^(?:@heddle\/.*|heddle)$/.test(name)) return undefined;
    const entry = new URL('dist/bundle/index.js', folder).href;
    const [, list = ''] = /\bexport\s*\{([^{}]*)\};?\s*(?:\/\/[^\n]*\s*)?$/.exec(readFileSync(fileURLToPath(entry), 'utf8')) ?? [];
    return { entry, names: new Set(list.split(',').map((each) => each.trim().replace(/^.*\sas\s+/, ''))) };
  } catch {
    return undefined;
  }
}
