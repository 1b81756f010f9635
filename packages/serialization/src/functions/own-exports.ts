/**
 * Finds the exports of Heddle's packages that a variable holds, as CommonJS and compilers write them. Such functions and classes use state
 * of their thread, so their text can't run elsewhere. The worker imports them from the package's entry.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { standInOf } from '@heddle/futures/errors';

import type { AnyFunction } from './function-descriptor.js';
import { processInspector } from './inspect-function.js';
import { OWN_NAMES } from './own-names.js';

/** An export of a module. */
export interface OwnExport {
  /** The URL of the entry. */
  readonly specifier: string;
  readonly name: string;
}

/** A published module, by its URL: the folder of its package, and the entry of its kind. */
const PUBLISHED = /^(file:.*\/)(dist\/(?:bundle|cjs)\/)[\w/-]+(\.c?js)$/;
const found = new WeakMap<AnyFunction, OwnExport | null>();
/** The names that the entry of a package exports, by the package's folder. */
const packages = new Map<string, ReadonlySet<string> | undefined>();

/** @returns where one of Heddle's functions is exported; `undefined` for any other function */
export function ownExport(fn: AnyFunction): OwnExport | undefined {
  let known = found.get(fn);
  if (known === undefined) found.set(fn, (known = find(fn) ?? null));
  return known ?? undefined;
}

function find(fn: AnyFunction): OwnExport | undefined {
  const standIn = standInOf(fn);
  // A worker that imports an application's bundle would run the application.
  if (standIn !== undefined && PUBLISHED.test(standIn.module)) return { specifier: standIn.module, name: standIn.name };
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  if (typeof name !== 'string' || !OWN_NAMES.has(name)) return undefined;
  const location = processInspector.look(fn, [])?.location;
  const url = location === undefined ? undefined : processInspector.scriptName(location.scriptId, 'likely');
  const [, folder, dist = '', extension = ''] = PUBLISHED.exec(url?.startsWith('/') === true ? pathToFileURL(url).href : (url ?? '')) ?? [];
  if (folder === undefined) return undefined;
  if (!packages.has(folder)) packages.set(folder, exportsOf(folder));
  // CommonJS is imported as CommonJS, so that it is the copy that the task itself requires.
  return packages.get(folder)?.has(name) === true ? { specifier: `${folder}${dist}index${extension}`, name } : undefined;
}

function exportsOf(folder: string): ReadonlySet<string> | undefined {
  try {
    const { name } = JSON.parse(readFileSync(fileURLToPath(new URL('package.json', folder)), 'utf8')) as { name?: unknown };
    if (typeof name !== 'string' || !/^(?:@heddle\/.*|heddle)$/.test(name)) return undefined;
    const entry = new URL('dist/bundle/index.js', folder);
    const [, list = ''] =
      /\bexport\s*\{([^{}]*)\}(?:\s*from\s*"[^"]*")?;?\s*(?:\/\/[^\n]*\s*)?$/.exec(readFileSync(fileURLToPath(entry), 'utf8')) ?? [];
    return new Set(list.split(',').map((each) => each.trim().replace(/^.*\sas\s+/, '')));
  } catch {
    return undefined;
  }
}
