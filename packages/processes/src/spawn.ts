import type * as ChildProcesses from 'node:child_process';
import { createRequire } from 'node:module';

type Spawn = typeof ChildProcesses.spawn;

let spawnOfNode: Spawn | undefined;

/**
 * Works as `spawn` of `node:child_process`, which only the first call loads. Loading takes milliseconds, and a program that imports this
 * package need not start a process.
 */
export const spawn: Spawn = ((...args: Parameters<Spawn>) => {
  // By a path of Node's own, since `import.meta.url` may be missing in a bundle.
  spawnOfNode ??= (createRequire(process.execPath)('node:child_process') as typeof ChildProcesses).spawn;
  return spawnOfNode(...args);
}) as Spawn;
