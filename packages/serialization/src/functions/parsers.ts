/* eslint-disable import-x/no-extraneous-dependencies -- types only */
/**
 * The parser and the scope analysis. They take tens of milliseconds to load from their own packages, and a third of that from the one file
 * that the build makes of both. So they are loaded with the first function that travels by source. They are loaded by `require`, which is
 * synchronous, because `submit` reads functions before it returns.
 */
import type * as Acorn from 'acorn';
import { loadOwnFile, ownFile } from '../own-file.js';

export interface Parsers {
  readonly parse: typeof Acorn.parse;
  readonly tokenizer: typeof Acorn.tokenizer;
  /** From eslint-scope. */
  readonly analyze: (program: unknown, options: object) => unknown;
}

/** Where tests that run this module from its sources find the file. */
const fromSources = '../../dist/bundle/heddle-serialization-parsers.cjs';

let loaded: Parsers | undefined;

export function parsers(): Parsers {
  return (loaded ??= loadOwnFile(ownFile('heddle-serialization-parsers.cjs', besideThis)) as Parsers);
}

function besideThis(): URL {
  if (/[\\/]functions[\\/]parsers\.[jt]s$/.test(import.meta.url)) return new URL(fromSources, import.meta.url);
  return new URL('./heddle-serialization-parsers.cjs', import.meta.url);
}
