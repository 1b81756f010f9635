import { readFileSync, readdirSync } from 'node:fs';
import { expect } from '@jest/globals';
import { ProcessPoolExecutor, type ProcessPoolExecutorOptions } from '@heddle/processes';
import { until, Warnings } from '@heddle/testkit/support';

/** Whether a process is there, and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Pids of the children of this process, zombies too. */
export function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return new RegExp(`^PPid:\\s+${String(process.pid)}$`, 'm').test(readFileSync(`/proc/${name}/status`, 'utf8'));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Descriptors that are open. */
export function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

/**
 * Gives a test a pool; afterwards shuts it down, and waits for what it held to be gone: children, descriptors. A pool that broke has
 * warned of it once.
 */
export async function withPool(options: ProcessPoolExecutorOptions, body: (pool: ProcessPoolExecutor) => Promise<void>): Promise<void> {
  const before = { children: new Set(children()), files: openFiles() };
  const warnings = new Warnings(({ code }) => code === 'HEDDLE_BROKEN');
  const pool = new ProcessPoolExecutor(options);
  try {
    await body(pool);
  } finally {
    const broke = pool.statistics().state === 'broken';
    await pool.shutdown({ cancelFutures: true });
    if (broke) await new Promise(setImmediate); // Node emits a warning in the next tick
    warnings.stop();
    if (broke) expect(warnings.all).toHaveLength(1);
  }
  await until('the children of this process to be gone', () => children().every((pid) => before.children.has(pid)));
  await until('descriptors to be closed', () => openFiles() <= before.files);
}
