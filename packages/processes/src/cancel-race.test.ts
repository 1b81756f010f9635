/**
 * Caller and worker reach for the same tasks at the same time: each is run once or cancelled, never both.
 *
 * @workers
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tasksOf } from '@heddle/serialization';
import { withPool } from './test-support/with-pool.js';

const total = 4000;

test('cancels against busy workers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-test-'));
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const { appendFileSync } = tasksOf<{ appendFileSync: (path: string, text: string) => void }>('node:fs');
  await withPool({ maxWorkers: 2 }, async (pool) => {
    await Promise.all(Array.from({ length: 500 }, () => pool.submit(appendFileSync, log, ''))); // batches have grown
    const cancelled = new Set<number>();
    const futures = Array.from({ length: total }, (_, i) => pool.submit(appendFileSync, log, `${String(i)}\n`));
    // From the head, where the workers are, while they are at it; and from the tail, which nobody can have reached at first,
    // however slow this process is. The first one is left to them.
    for (let at = 1; at <= total / 2; at += 1) {
      for (const id of new Set([at, total - at])) if (futures[id]?.cancel() === true) cancelled.add(id);
      if (at % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const outcomes = await Promise.allSettled(futures);
    const ran = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
    expect(new Set(ran).size).toBe(ran.length);
    for (const id of ran) expect(cancelled.has(id)).toBe(false);
    expect(ran.length + cancelled.size).toBe(total);
    outcomes.forEach(({ status }, i) => {
      expect(status).toBe(cancelled.has(i) ? 'rejected' : 'fulfilled');
    });
    expect(cancelled.size).toBeGreaterThan(0);
    expect(ran.length).toBeGreaterThan(0);
  });
  rmSync(folder, { recursive: true });
});
