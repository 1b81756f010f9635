/**
 * Tests programs whose tasks fail and that never look at the futures. The failures are reported at the latest when the program ends.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { startProgram, type Ending } from '@heddle/testkit/support';

const run = async (name: string, ...flags: string[]): Promise<Ending> =>
  await startProgram(new URL('../fixtures/told.mjs', import.meta.url), [name], flags).ended;

describe('a failure that nobody looked at is told when the program ends, once:', () => {
  test.each(['threads', 'processes', 'inline', 'coroutines', 'decorated', 'task', 'nobodyHolds', 'exits', 'inThread', 'refused'])(
    '%s',
    async (name) => {
      const { code, stdout, stderr } = await run(name);
      expect([code, stdout]).toEqual([0, '']);
      expect(stderr.match(/HeddleWarning/g)).toHaveLength(1);
      expect(stderr).toMatch(
        /\[HEDDLE_NEVER_RETRIEVED\] HeddleWarning: Future exception was never retrieved \(task "loser"\)\n\S*Error: .*lost for ever/,
      );
    },
  );

  test('and not under --no-warnings', async () => {
    expect(await run('inline', '--no-warnings')).toMatchObject({ code: 0, stderr: '' });
  });
});

test('what is looked at before the end is not told: after shutdown, too', async () => {
  expect(await run('lookedAt')).toMatchObject({ code: 0, stdout: '', stderr: '' });
});

test('a pool is shut down: its own are told while the program goes on, those of others at the end', async () => {
  const { stdout } = await run('shutDown');
  expect(stdout.match(/told|goes on/g)).toEqual(['told', 'goes on', 'told']);
});

describe('many of them:', () => {
  test('ten are told one by one at the end, and how many more', async () => {
    const lines = (await run('many')).stdout.trimEnd().split('\n');
    const each = Array.from({ length: 10 }, (_, i) => `told: Future exception was never retrieved (task "loser ${String(i)}")`);
    expect(lines).toEqual([...each, 'told: Future exceptions were never retrieved: 99990 more']);
  });

  test('likewise when they are collected together', async () => {
    const { stdout, stderr } = await run('manyCollected', '--expose-gc');
    const lines = stdout.trimEnd().split('\n');
    const told = lines.reduce((sum, line) => sum + Number(/: (\d+) more$/.exec(line)?.[1] ?? (line.startsWith('told') ? 1 : 0)), 0);
    expect(told).toBe(100_000);
    expect(lines.length).toBeLessThan(100); // at most eleven for each turn in which futures were collected
    expect(stderr.length).toBeLessThan(20_000);
  });
});

test('of those that were looked at nothing is left', async () => {
  expect((await run('memory', '--expose-gc')).stdout).toBe('let go\n');
});
