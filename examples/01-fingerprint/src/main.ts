/**
 * Fingerprints every file of a folder, first in this thread, then on a pool of threads, then on one of processes, and compares.
 *
 * Exit codes: 0 the runs agree, 1 they differ or something failed, 2 wrong usage or no such folder.
 */
import { compareRuns } from './compare-runs.js';
import { parseOptions, usage, UsageError, type Options } from './options.js';
import { report } from './report.js';
import { runInline, runOnProcesses, runOnThreads } from './runs.js';
import { walk, type Walk } from './walk.js';

async function main(): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  const { folder, workers, limit, help } = options;
  if (help) {
    console.log(usage);
    return 0;
  }
  let found: Walk;
  try {
    found = walk(folder);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const files = found.files.slice(0, limit);
  console.log(`Fingerprints of ${String(files.length)} files below ${folder}\n`);
  const inline = await runInline(files);
  const threads = await runOnThreads(files, workers);
  const processes = await runOnProcesses(files, workers);
  const comparison = compareRuns([inline.results, threads.results, processes.results]);
  console.log(report([inline, threads, processes], comparison, found.unreadable));
  return comparison.mismatches.length === 0 ? 0 : 1;
}

process.exitCode = await main();
