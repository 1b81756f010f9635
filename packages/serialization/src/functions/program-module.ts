/**
 * Tasks whose module is the program itself, and that no worker can find there: a bundler has put their module into the application's file,
 * or the main file does not export them. A worker that imports the file would run the program again, so the caller refuses the task.
 */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { TaskNotFoundError, isInBundle } from '@heddle/futures/errors';
import type { FunctionReference } from './function-descriptor.js';
import { moduleText } from './module-text.js';
import { parsers } from './parsers.js';

/** The exports of an ES module, as its text shows them. */
interface Exported {
  readonly names: ReadonlySet<string>;
  /** Whether it exports all of another module. */
  readonly isOpen: boolean;
}

interface Statement {
  readonly type: string;
  readonly exported?: Named | null;
  readonly declaration?: Declaration | null;
  readonly specifiers?: readonly { readonly exported: Named }[];
}

type Named = { readonly name: string } | { readonly value: string };

interface Declaration {
  readonly id?: Pattern | null;
  readonly declarations?: readonly { readonly id: Pattern }[];
}

interface Pattern {
  readonly type: string;
  readonly name?: string;
}

/** The URL of the program's main file: `undefined` until it is looked for, '' when there is none. */
let mainUrl: string | undefined;
/** By URL. */
const known = new Map<string, Exported | undefined>();

/** The URL of the application's bundle, when Heddle is inside it. */
const bundleUrl: string | undefined = isInBundle(import.meta.url, 'serialization/dist/bundle/') ? import.meta.url : undefined;

/**
 * Refuses a reference to a function that the program's own file does not export. Where that is not sure, nothing is refused: the file is
 * no ES module, or is not JavaScript, or exports something else, which may be the function under another name. Only a main file with Heddle
 * inside has to export the name: another file with Heddle inside may be a part that entries share, and a minifier renames what it exports.
 *
 * @throws TaskNotFoundError (`HEDDLE_TASK_NOT_FOUND`)
 */
export function checkProgramModule({ module, name }: FunctionReference, inBundle: string | undefined = bundleUrl, main?: string): void {
  const isBundle = module === inBundle;
  const isMain = module === (main ?? (mainUrl ??= findMain()));
  if (!isBundle && !isMain) return;
  const isWhole = isBundle && isMain;
  if (!known.has(module)) {
    const text = moduleText(module);
    // Parsing takes longer than a small task, and a file that exports something is imported anyway.
    known.set(module, !isWhole && /^export\b/m.test(text) ? undefined : exportsOf(text));
  }
  const exported = known.get(module);
  if (exported === undefined || exported.isOpen) return;
  const { names } = exported;
  if (isWhole ? names.has(name) || names.has('default') : names.size > 0) return;
  const what = `the ${isMain ? "program's main file" : "application's bundle"}, which ${isBundle ? 'has Heddle inside and ' : ''}`;
  throw new TaskNotFoundError(
    `task "${name}" not found: its module ${module} is ${what}${names.size > 0 ? 'does not export it' : 'exports nothing'}, and a worker that imports it would run ` +
      `the program again. Put the task into a module of its own; a bundler has to make that module an entry of its own, with heddle outside of the bundle or in a ` +
      `part that all entries share (docs/guides/bundlers.md)`,
  );
}

function findMain(): string {
  try {
    return pathToFileURL(realpathSync(process.argv[1] ?? '')).href;
  } catch {
    return ''; // a program without a main file: -e, standard input
  }
}

/** @returns `undefined` when the text may be something else than an ES module */
export function exportsOf(text: string): Exported | undefined {
  let body: readonly Statement[];
  try {
    body = parsers().parse(text, { ecmaVersion: 'latest', sourceType: 'module' }).body as unknown as Statement[];
  } catch {
    return undefined;
  }
  // Text without any import or export may be CommonJS.
  if (!body.some(({ type }) => /^(?:Import|Export)/.test(type))) return undefined;
  const names = new Set<string>();
  let isOpen = false;
  for (const { type, exported, declaration, specifiers = [] } of body) {
    if (type === 'ExportDefaultDeclaration') names.add('default');
    else if (type === 'ExportAllDeclaration') {
      if (exported) names.add(nameOf(exported));
      else isOpen = true;
    } else if (type === 'ExportNamedDeclaration') {
      for (const each of specifiers) names.add(nameOf(each.exported));
      const patterns = declaration?.declarations?.map(({ id }) => id) ?? [declaration?.id];
      for (const pattern of patterns) {
        if (pattern?.name !== undefined) names.add(pattern.name);
        else if (pattern) isOpen = true; // export const { a, b } = ...
      }
    }
  }
  return { names, isOpen };
}

function nameOf(named: Named): string {
  return 'name' in named ? named.name : named.value;
}
