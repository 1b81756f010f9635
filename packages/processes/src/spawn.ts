import type * as ChildProcesses from 'node:child_process';
import { createRequire } from 'node:module';

type Spawn = typeof ChildProcesses.spawn;

let spawnOfNode: Spawn | undefined;

/**
 * As `spawn` of `node:child_process`, which is loaded by the first call: that takes milliseconds, and a program that imports
 * this package need not start a process.
 */
export const spawn: Spawn = ((...args: Parameters<Spawn>) => {
  // From a path of Node's own: in a bundle, `import.meta.url` may be missing.
  spawnOfNode ??= (createRequire(process.execPath)('node:child_process') as typeof ChildProcesses).spawn;
  return spawnOfNode(...args);
}) as Spawn;
