/* eslint-disable import-x/no-extraneous-dependencies -- the build puts acorn and eslint-scope into parsers.cjs */
/**
 * The parser and the scope analysis. They take tens of milliseconds to load from their own packages, and a third of that from the one file
 * that the build makes of both. So they are loaded with the first function that travels by source. They are loaded by `require`, which is
 * synchronous, because `submit` reads functions before it returns.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as Acorn from 'acorn';

interface Parsers {
  readonly parse: typeof Acorn.parse;
  readonly tokenizer: typeof Acorn.tokenizer;
  /** From eslint-scope. */
  readonly analyze: (program: unknown, options: object) => unknown;
}

let loaded: Parsers | undefined;

export function parsers(): Parsers {
  return (loaded ??= load());
}

function load(): Parsers {
  const require = createRequire(import.meta.url);
  const file = fileURLToPath(new URL('./parsers.cjs', import.meta.url));
  if (existsSync(file)) return require(file) as Parsers;
  // When this runs from the sources.
  const { parse, tokenizer } = require('acorn') as typeof Acorn;
  const { analyze } = require('eslint-scope') as Pick<Parsers, 'analyze'>;
  return { parse, tokenizer, analyze };
}
