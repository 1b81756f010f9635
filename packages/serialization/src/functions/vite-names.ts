/*
 * The names that Vite's SSR transform, and so Vitest, gives to a module's imports:
 *
 *   const __vite_ssr_import_0__ = await __vite_ssr_import__("node:path", {...});   used as __vite_ssr_import_0__.basename
 *   const __vi_import_0__ = await __vite_ssr_dynamic_import__("/src/cart.ts");     where a test mocks something
 *   __vite_ssr_dynamic_import__("./a.js")                                          import('./a.js')
 *   __vite_ssr_import_meta__                                                       import.meta
 *
 * The code that runs differs from the file on disk, so the text comes from V8, once for each script.
 */
import type * as Inspector from 'node:inspector';
import { extname } from 'node:path';

import type { ImportedName } from './function-descriptor.js';
import type { FunctionLook } from './inspect-function.js';
import { ask, withSession } from './inspector-session.js';
import type { Obstacle } from './refuse-function.js';
import { fromViteSpecifier } from './vite-specifier.js';

const IMPORT = /^__(?:vite_ssr|vi)_import_\d+__$/;
const STATEMENT =
  /\b(?:const|let|var)\s+(__(?:vite_ssr|vi)_import_\d+__)\s*=\s*(?:await\s+)?__vite_ssr_(?:dynamic_)?import__\(\s*("(?:[^"\\\n]|\\.)*"|'[^'\\\n]*')/g;

const scripts = new Map<string, ReadonlyMap<string, string>>();
const mostScripts = 200;

/** Tells whether a name is one of those above. */
export function isViteName(name: string): boolean {
  return name.startsWith('__vi') && (IMPORT.test(name) || name === '__vite_ssr_dynamic_import__' || name === '__vite_ssr_import_meta__');
}

/**
 * Returns what such a name stands for; 'c' when its value has to travel.
 *
 * @param url - the script's name; `undefined` when it is not known
 */
export function viteName(name: string, { location }: FunctionLook, url: string | undefined): ImportedName | Obstacle | 'c' {
  if (name === '__vite_ssr_import_meta__') return { kind: 'outer', name: 'import.meta' };
  if (name === '__vite_ssr_dynamic_import__') return { local: name, specifier: '', imported: 'import()' };
  const written = location === undefined ? undefined : importsOfScript(location.scriptId).get(name);
  if (written === undefined) return 'c';
  const specifier = fromViteSpecifier(written, url);
  // A module that only Vite can load is copied, if that is possible.
  return specifier !== undefined && canLoad(specifier) ? { local: name, specifier, imported: '* of Vite' } : 'c';
}

/** Tells whether Node can load a module without Vite. It assumes so for names of packages. */
function canLoad(specifier: string): boolean {
  if (!specifier.startsWith('file:')) return true;
  const ending = extname(new URL(specifier).pathname);
  if (['.ts', '.mts', '.cts'].includes(ending)) return Boolean((process.features as { readonly typescript?: unknown }).typescript);
  return ['.js', '.mjs', '.cjs', '.node'].includes(ending);
}

function importsOfScript(scriptId: string): ReadonlyMap<string, string> {
  const known = scripts.get(scriptId);
  if (known !== undefined) return known;
  if (scripts.size >= mostScripts) scripts.clear();
  const specifiers = new Map<string, string>();
  for (const [, name = '', text = ''] of (scriptSource(scriptId) ?? '').matchAll(STATEMENT)) {
    specifiers.set(name, text.startsWith('"') ? (JSON.parse(text) as string) : text.slice(1, -1));
  }
  scripts.set(scriptId, specifiers);
  return specifiers;
}

function scriptSource(scriptId: string): string | undefined {
  return withSession({}, (session) => {
    try {
      ask(session, 'Debugger.enable');
      return (ask(session, 'Debugger.getScriptSource', { scriptId }) as Inspector.Debugger.GetScriptSourceReturnType).scriptSource;
    } finally {
      ask(session, 'Debugger.disable');
    }
  });
}
