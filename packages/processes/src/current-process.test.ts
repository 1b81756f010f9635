/** @workers */
import { expect, test } from '@jest/globals';
import { currentProcess } from '@heddle/processes';
import { withPool } from './test-support/with-pool.js';

test('the main program', () => {
  expect(currentProcess()).toMatchObject({
    name: 'MainProcess',
    pid: process.pid,
    daemon: false,
    parentPid: undefined,
    exitCode: undefined,
  });
  expect(currentProcess().isAlive()).toBe(true);
  expect(currentProcess()).toBe(currentProcess());
});

test("a pool's worker, which may have processes of its own", async () => {
  await withPool({ maxWorkers: 1, processNamePrefix: 'Loom' }, async (pool) => {
    const told = await pool.submit(async () => {
      const { Process, currentProcess: current } = await import('@heddle/processes');
      const child = new Process({
        target: async () => {
          const { currentProcess: own } = await import('@heddle/processes');
          return own().parentPid;
        },
      });
      child.start();
      const { name, pid, daemon, parentPid } = current();
      return { name, daemon, parentPid, child: child.name, isParent: (await child.result()) === pid };
    });
    expect(told).toEqual({ name: 'Loom_0', daemon: false, parentPid: process.pid, child: 'Process-1', isParent: true });
  });
});
