import type * as ChildProcesses from 'node:child_process';
import { requireOfNode } from '@heddle/serialization/worker';

type Spawn = typeof ChildProcesses.spawn;

let spawnOfNode: Spawn | undefined;

/**
 * Works as `spawn` of `node:child_process`, which only the first call loads. Loading takes milliseconds, and a program that imports this
 * package need not start a process.
 */
export const spawn: Spawn = ((...args: Parameters<Spawn>) => {
  spawnOfNode ??= (requireOfNode('node:child_process') as typeof ChildProcesses).spawn;
  return spawnOfNode(...args);
}) as Spawn;
