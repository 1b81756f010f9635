/**
 * The prose of the documents: no sentence of more than 40 words, no word that the glossary has replaced.
 *
 * `node tools/prose.mjs [--counts FILE] [FILE ...]`
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { check, noCounts, writeCounts } from './lib/counts.mjs';
import { ROOT } from './lib/paths.mjs';
import { documents, longSentences, retiredWords } from './lib/prose.mjs';

const { values, positionals } = parseArgs({ options: { counts: { type: 'string' } }, allowPositionals: true });

const counts = noCounts();
for (const path of positionals.length > 0 ? positionals : documents()) {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const problems = [...longSentences(text), ...retiredWords(text)];
  check(counts, path, problems.length === 0 ? undefined : problems.join('\n    '));
}
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;
