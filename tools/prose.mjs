/**
 * The prose of the documents: no sentence of more than 40 words, no word that the glossary has replaced.
 * Decisions have a status.
 *
 * `node tools/prose.mjs [--counts FILE] [FILE ...]`
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { check, noCounts, writeCounts } from './lib/counts.mjs';
import { ROOT } from './lib/paths.mjs';
import { decisions, documents, longSentences, retiredWords } from './lib/prose.mjs';

const { values, positionals } = parseArgs({ options: { counts: { type: 'string' } }, allowPositionals: true });

const counts = noCounts();
for (const path of positionals.length > 0 ? positionals : documents()) {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const problems = [...longSentences(text), ...retiredWords(text)];
  check(counts, path, problems.length === 0 ? undefined : problems.join('\n    '));
}
if (positionals.length === 0) {
  const index = readFileSync(join(ROOT, 'docs/decisions/README.md'), 'utf8');
  for (const name of decisions()) {
    const hasStatus = /^# \d+\. .+\n\nStatus: (?:accepted|superseded by decision \d+)\b/.test(
      readFileSync(join(ROOT, 'docs/decisions', name), 'utf8'),
    );
    const problem = hasStatus
      ? index.includes(`](${name})`)
        ? undefined
        : '  docs/decisions/README.md does not list it'
      : '  its third line has to be "Status: accepted", or "Status: superseded by decision N"';
    check(counts, `docs/decisions/${name}`, problem);
  }
}
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;
