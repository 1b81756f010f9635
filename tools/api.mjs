/**
 * The reports of what each package exports: api/PACKAGE.api.md, one for each entry. A change of an interface shows in them.
 *
 * `node tools/api.mjs [--update] [--counts FILE]`: compares them with the built packages, or writes them anew.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

import { check, noCounts, writeCounts } from './lib/counts.mjs';
import { ROOT, workspaces } from './lib/paths.mjs';

const REPORTS = join(ROOT, 'api');
const WORK = join(ROOT, '.test-results/api');

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false }, counts: { type: 'string' } } });

const counts = noCounts();
rmSync(WORK, { recursive: true, force: true });
mkdirSync(WORK, { recursive: true });
mkdirSync(REPORTS, { recursive: true });
const written = new Set();
for (const folder of workspaces().filter((each) => each.startsWith('packages/'))) {
  const { exports } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  for (const [entry, { types }] of Object.entries(exports)) {
    if (types === undefined) continue;
    const name = [folder.slice('packages/'.length), ...entry.split('/').slice(1)].join('-');
    written.add(`${name}.api.md`);
    check(counts, `api/${name}.api.md`, differs(name, report(folder, types, name)));
  }
}
for (const file of readdirSync(REPORTS).filter((each) => !written.has(each))) {
  if (values.update) rmSync(join(REPORTS, file));
  check(counts, `api/${file} belongs to an entry`, values.update ? undefined : 'no package has it; npm run api removes it');
}
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** @returns {string} the report of one entry */
function report(folder, types, name) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: join(ROOT, folder),
      mainEntryPointFilePath: join(ROOT, folder, types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: 'nodenext',
            moduleResolution: 'nodenext',
            target: 'es2023',
            lib: ['es2023', 'esnext.disposable', 'esnext.collection'],
            types: ['node'],
            skipLibCheck: true,
          },
          files: [join(ROOT, folder, types)],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: WORK,
        reportTempFolder: join(WORK, 'temp'),
        includeForgottenExports: false,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        // TypeDoc and the linter see to these.
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
        },
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, folder, 'package.json'),
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) console.log(message.text);
    },
  });
  return readFileSync(join(WORK, `${name}.api.md`), 'utf8');
}

/** What is to be said when the committed report is another one. */
function differs(name, now) {
  const file = join(REPORTS, `${name}.api.md`);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before === now) return undefined;
  if (values.update) {
    writeFileSync(file, now);
    return undefined;
  }
  const lines = new Set(before.split('\n'));
  const added = now.split('\n').filter((line) => !lines.has(line));
  return `its interface has changed; npm run api writes it anew. New lines:\n${added.slice(0, 20).join('\n')}`;
}
