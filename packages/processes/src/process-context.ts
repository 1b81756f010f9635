import { shared } from '@heddle/serialization/worker';

/** What a process is to know of itself. */
export interface ProcessIdentity {
  readonly name: string;
  /** Its number among the processes of its parent, behind those of its parent: `Process-1:2`. */
  readonly numbers: readonly number[];
  readonly daemon: boolean;
  readonly parentPid: number;
}

/** What this process knows of itself: `identity` only when a Process started it. All copies of the package share it. */
export const processContext: { identity: ProcessIdentity | undefined; created: number } = shared('processContext', () => ({
  identity: undefined,
  created: 0,
}));
