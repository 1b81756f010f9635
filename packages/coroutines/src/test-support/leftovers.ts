import { hostProcess } from './warnings.js';

const timers = (): number => hostProcess.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate').length;

/** How many more timers run after something than before it. */
export async function timersLeftBy(run: () => Promise<unknown>): Promise<number> {
  const before = timers();
  await run();
  return timers() - before;
}
