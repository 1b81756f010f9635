import { hostProcess } from '@heddle/testkit/support';

const timers = (): number => hostProcess.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** How many more timers run after something than before it: for good, since the test runner has some of its own that come and go. */
export async function timersLeftBy(run: () => Promise<unknown>): Promise<number> {
  const before = timers();
  await run();
  for (let tries = 0; tries < 200 && timers() > before; tries++) await new Promise((resolve) => setTimeout(resolve, 5));
  return Math.max(0, timers() - before);
}
