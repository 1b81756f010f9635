/** @workers */
import { expect, test } from '@jest/globals';
import { tasksOf } from '@heddle/serialization';
import { ThreadPoolExecutor } from '@heddle/threads';

test('a worker loads a module in TypeScript, or says what would', async () => {
  const { double } = tasksOf<{ double: (n: number) => number }>(new URL('../fixtures/vite/typed.ts', import.meta.url));
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const told = await pool.submit(double, 4).catch((error: unknown) => (error as Error).message);
  await pool.shutdown();
  if (told !== 8)
    expect(told).toMatch(/Unknown file extension "\.ts".*; Node 22\.18 and later load TypeScript as it is; on older versions compile/);
});
