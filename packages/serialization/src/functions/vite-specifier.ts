/*
 * Turns a specifier as Vite's SSR transform (of Vitest, Nuxt, SvelteKit, Astro) writes it into one that Node understands:
 *
 *   node:path, zod, ./a.js       as it is
 *   /src/a.js                    from the root of the project, which is a folder above the module, or the working folder
 *   /@fs/home/me/a.js, /@id/zod  an absolute path; a name as it is
 */
import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Queries that don't make another module of it. */
const HARMLESS_QUERY = /\?(?:v=[\w-]*|t=\d+|import)(?:&(?:v=[\w-]*|t=\d+|import))*$/;

/**
 * @param url - the module's script name; `undefined` when it is not known
 * @returns `undefined` for a module that only Vite can load: a virtual module, an asset
 */
export function fromViteSpecifier(given: string, url: string | undefined): string | undefined {
  const specifier = given.replace(HARMLESS_QUERY, '');
  if (isBuiltin(specifier)) return specifier;
  if (/[?\0]|^virtual:|^\/@id\/(?:__x00__|virtual:)/.test(specifier)) return undefined;
  if (specifier.startsWith('/@id/')) return specifier.slice('/@id/'.length);
  if (specifier.startsWith('/@fs/')) return inFile(specifier.slice('/@fs'.length).replace(/^\/(?=[A-Za-z]:)/, ''));
  if (isAbsolute(specifier)) return ofRoot(specifier, url);
  if (/^\.{1,2}\//.test(specifier)) return inFile(resolve(folderOf(url), specifier));
  return specifier;
}

function ofRoot(path: string, url: string | undefined): string | undefined {
  for (let root = folderOf(url); ; root = dirname(root)) {
    const file = inFile(join(root, path));
    if (file !== undefined) return file;
    if (dirname(root) === root) break;
  }
  return inFile(join(process.cwd(), path)) ?? inFile(path);
}

function inFile(path: string): string | undefined {
  return existsSync(path) ? pathToFileURL(path).href : undefined;
}

function folderOf(url: string | undefined): string {
  try {
    if (url?.startsWith('file:') === true) return dirname(fileURLToPath(url));
  } catch {
    // It is of another host.
  }
  return url !== undefined && isAbsolute(url) ? dirname(url) : process.cwd();
}
