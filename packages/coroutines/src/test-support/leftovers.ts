import { hostProcess } from './warnings.js';

const timers = (): number => hostProcess.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** How many more timers run after something than before it. Those of others may have ended meanwhile. */
export async function timersLeftBy(run: () => Promise<unknown>): Promise<number> {
  const before = timers();
  await run();
  return Math.max(0, timers() - before);
}
