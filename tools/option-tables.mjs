/**
 * The tables of options in documents: each has the properties of its interface and no others, and the defaults that the doc
 * comments name. A table says whose it is in the comment before it: `<!-- options: PACKAGE INTERFACE -->`.
 *
 * `node tools/option-tables.mjs [--counts FILE]`
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

import { check } from './lib/counts.mjs';
import { wholeTreeStage } from './lib/node-tool.mjs';
import { optionTables } from './lib/option-tables.mjs';
import { ROOT } from './lib/paths.mjs';
import { exportsOf } from './lib/public-types.mjs';

await wholeTreeStage((counts) => {
  const pages = execFileSync('git', ['ls-files', '--', '*.md'], { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);
  for (const page of pages) {
    for (const table of optionTables(readFileSync(join(ROOT, page), 'utf8')))
      check(
        counts,
        `${page}: ${table.owner}`,
        differences(table)
          .map((each) => `  ${each}`)
          .join('\n') || undefined,
      );
  }
});

/** @param {import('./lib/option-tables.mjs').OptionTable} table @returns {string[]} */
function differences({ folder, owner, rows }) {
  const { checker, symbols } = exportsOf(`packages/${folder}/dist/index.d.ts`);
  const symbol = symbols.find(({ name }) => name === owner);
  if (symbol === undefined) return [`@heddle/${folder} exports no ${owner}`];
  const options = new Map(
    checker
      .getDeclaredTypeOfSymbol(symbol)
      .getProperties()
      .map((each) => [each.name, defaultOf(each)]),
  );
  const found = [...options.keys()].filter((name) => !rows.has(name)).map((name) => `no row names the option ${name}`);
  for (const [name, stated] of rows) {
    if (!options.has(name)) found.push(`${owner} has no option ${name}`);
    const declared = options.get(name);
    if (stated !== undefined && declared !== undefined && plain(stated) !== plain(declared))
      found.push(`the default of ${name} is "${stated}" here and "${declared}" in its doc comment`);
  }
  return found;
}

/** @param {ts.Symbol} option */
function defaultOf(option) {
  const tag = option.getJsDocTags().find(({ name }) => name === 'defaultValue');
  return tag === undefined ? undefined : ts.displayPartsToString(tag.text).split('\n')[0];
}

/** A default as both sides may spell it: a reader's 10,000 is code's 10_000. @param {string} text */
function plain(text) {
  const spelled = text
    .replaceAll('`', '')
    .replaceAll('×', '*')
    .replace(/(?<=\d)[_,](?=\d)/g, '');
  return spelled === 'Infinity' ? 'no limit' : spelled;
}
