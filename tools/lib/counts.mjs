import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** @typedef {{ passed: number, failed: number, skipped: number, problems: string[] }} Counts what a stage of `npm test` found */

/** @returns {Counts} */
export function noCounts() {
  return { passed: 0, failed: 0, skipped: 0, problems: [] };
}

/** Counts one check, and says so. */
export function check(counts, title, problem) {
  if (problem === undefined) {
    counts.passed++;
    console.log(`✓ ${title}`);
  } else {
    counts.failed++;
    counts.problems.push(title);
    console.log(`✗ ${title}\n${problem.trimEnd()}`);
  }
}

/** @returns {string} the line that ends `npm test` */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

export function sum(all) {
  const total = noCounts();
  for (const { passed, failed, skipped, problems } of all) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.problems.push(...problems);
  }
  return total;
}

/**
 * What a stage's process and its report say together. A process that went wrong is a failure even when its report names
 * none, and so is a report without a single test: nothing ran.
 *
 * @param {Counts | undefined} counted undefined when there is no report
 * @param {string} ending how the process went wrong, '' when it did not
 * @returns {Counts}
 */
export function judge(counted, ending) {
  const counts = counted ?? noCounts();
  const fail = (problem) => ({ ...counts, failed: counts.failed + 1, problems: [...counts.problems, problem] });
  if (counted === undefined) return fail(ending === '' ? 'left no report' : `${ending} and left no report`);
  if (ending !== '' && counts.failed === 0) return fail(ending);
  if (counts.passed + counts.failed === 0) return fail('ran nothing');
  return counts;
}

/** A tool's own report: the counts themselves. */
export function readCounts(file) {
  return readReport(file);
}

export function writeCounts(file, counts) {
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
}

/**
 * Nx's record of its last run: one check for each project that should have run the target.
 *
 * @param {readonly string[]} projects
 */
export function readNxRun(file, target, projects) {
  const report = readReport(file);
  if (report === undefined) return undefined;
  const ended = new Map(report.tasks.filter((task) => task.target === target).map((task) => [task.projectName, task.status]));
  const counts = noCounts();
  for (const project of projects) {
    if (ended.get(project) === 0) counts.passed++;
    else {
      counts.failed++;
      counts.problems.push(`${project}${ended.has(project) ? '' : ' (not run)'}`);
    }
  }
  return counts;
}

/**
 * Jest's `--json` report. A suite that could not run at all counts as one failure; so does a folder of `mustTest` in which
 * no test ran.
 *
 * @param {string} root what the report's absolute paths are told relative to
 * @param {readonly string[]} mustTest folders below it
 */
export function readJestRun(file, root, mustTest) {
  const report = readReport(file);
  if (report === undefined) return undefined;
  const counts = noCounts();
  counts.passed = report.numPassedTests;
  counts.failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  counts.skipped = report.numPendingTests + report.numTodoTests;
  const ran = (status) => status === 'passed' || status === 'failed';
  for (const suite of report.testResults) {
    for (const test of suite.assertionResults)
      if (test.status === 'failed') counts.problems.push(`${relative(root, suite.name)}: ${test.fullName}`);
    if (suite.status === 'failed' && suite.assertionResults.length === 0)
      counts.problems.push(`${relative(root, suite.name)} could not run`);
  }
  for (const folder of mustTest) {
    const suites = report.testResults.filter((suite) => suite.name.startsWith(join(root, folder, sep)));
    if (suites.some((suite) => suite.assertionResults.some((test) => ran(test.status)) || suite.status === 'failed')) continue;
    counts.failed++;
    counts.problems.push(`${folder}: no test ran`);
  }
  return counts;
}

/**
 * The tests of a report of one run of Jest or Vitest. A test that was left out is a problem, too.
 *
 * @returns {{ name: string, problem: string | undefined }[] | undefined}
 */
export function readTestRun(file) {
  return readReport(file)?.testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages }) => ({
      name: fullName,
      problem: status === 'passed' ? undefined : [status, ...failureMessages].join('\n'),
    })),
  );
}

function readReport(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
