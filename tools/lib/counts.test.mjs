import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';

import { judge, noCounts, readCounts, readJestRun, readNxRun, sum, summary, writeCounts } from './counts.mjs';

const folder = mkdtempSync(join(tmpdir(), 'heddle-counts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function report(content) {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const counted = (counts) => ({ ...noCounts(), ...counts });

describe('summary', () => {
  test('is the line that ends a run', () => {
    expect(summary(counted({ passed: 12, failed: 3 }))).toBe('12 passed, 3 failed');
  });

  test('names skipped tests only when there are any', () => {
    expect(summary(counted({ passed: 1, skipped: 2 }))).toBe('1 passed, 0 failed, 2 skipped');
  });

  test('sums stages and keeps their problems in order', () => {
    const total = sum([counted({ passed: 1, failed: 1, problems: ['a'] }), counted({ passed: 2, skipped: 3, failed: 1, problems: ['b'] })]);
    expect(total).toEqual({ passed: 3, failed: 2, skipped: 3, problems: ['a', 'b'] });
  });
});

describe('judge', () => {
  test('keeps what a process that went well has counted', () => {
    expect(judge(counted({ passed: 4 }), '')).toEqual(counted({ passed: 4 }));
  });

  test.each([
    ['no report of a process that went well', undefined, '', 'left no report'],
    ['no report of a process that went wrong', undefined, 'was ended by SIGKILL', 'was ended by SIGKILL and left no report'],
    ['a process that went wrong without naming a failure', counted({ passed: 4 }), 'ended with exit code 1', 'ended with exit code 1'],
    ['a report in which nothing ran', counted({ skipped: 4 }), '', 'ran nothing'],
  ])('counts as a failure %s', (_, counts, ending, problem) => {
    expect(judge(counts, ending)).toMatchObject({ failed: 1, problems: [problem] });
  });

  test('does not count a failure twice because the process says so too', () => {
    expect(judge(counted({ passed: 1, failed: 2 }), 'ended with exit code 1').failed).toBe(2);
  });
});

describe('reports', () => {
  test('of our own tools travel through a file', () => {
    const file = join(folder, 'own.json');
    writeCounts(file, counted({ passed: 7 }));
    expect(readCounts(file)).toEqual(counted({ passed: 7 }));
  });

  test('that are missing or cut off are none', () => {
    expect(readCounts(join(folder, 'missing.json'))).toBeUndefined();
    expect(readCounts(report('{"passed": 7'))).toBeUndefined();
  });

  test('of Nx count a check for each project, and one that was not run as failed', () => {
    const file = report({
      tasks: [
        { projectName: 'a', target: 'build', status: 0 },
        { projectName: 'b', target: 'build', status: 1 },
        { projectName: 'c', target: 'lint', status: 0 },
      ],
    });
    expect(readNxRun(file, 'build', ['a', 'b', 'c'])).toEqual(counted({ passed: 1, failed: 2, problems: ['b', 'c (not run)'] }));
  });

  describe('of Jest', () => {
    const root = '/checkout';
    const jest = (counts, suites) =>
      report({
        numPassedTests: 0,
        numFailedTests: 0,
        numPendingTests: 0,
        numTodoTests: 0,
        numRuntimeErrorTestSuites: 0,
        ...counts,
        testResults: suites,
      });
    const suite = (name, ...statuses) => ({
      name,
      status: statuses.length === 0 || statuses.includes('failed') ? 'failed' : 'passed',
      assertionResults: statuses.map((status, index) => ({ status, fullName: `${name} ${index}` })),
    });

    test('count passed, failed, and what was left out', () => {
      const file = jest({ numPassedTests: 2, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1 }, [
        suite('/checkout/a/x.test.ts', 'passed', 'passed', 'failed', 'pending', 'todo'),
      ]);
      expect(readJestRun(file, root, ['a'])).toEqual({
        passed: 2,
        failed: 1,
        skipped: 2,
        problems: ['a/x.test.ts: /checkout/a/x.test.ts 2'],
      });
    });

    test('count a suite that could not run as one failure', () => {
      const file = jest({ numRuntimeErrorTestSuites: 1 }, [suite('/checkout/a/x.test.ts')]);
      expect(readJestRun(file, root, ['a'])).toEqual(counted({ failed: 1, problems: ['a/x.test.ts could not run'] }));
    });

    test('count a folder in which no test ran as one failure', () => {
      const file = jest({ numPassedTests: 1, numPendingTests: 1 }, [
        suite('/checkout/ab/x.test.ts', 'passed'),
        suite('/checkout/b/x.test.ts', 'pending'),
      ]);
      expect(readJestRun(file, root, ['ab', 'a', 'b'])).toMatchObject({
        passed: 1,
        failed: 2,
        problems: ['a: no test ran', 'b: no test ran'],
      });
    });
  });
});
