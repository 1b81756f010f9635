import { shared } from '@heddle/serialization/worker';

/** The facts that a process knows about itself. */
export interface ProcessIdentity {
  readonly name: string;
  /** Its number among its parent's processes, after the numbers of the parent: `Process-1:2`. */
  readonly numbers: readonly number[];
  readonly daemon: boolean;
  readonly parentPid: number;
}

/** The facts about this process; `identity` is set only when a Process or a pool started it. All copies of the package share it. */
export const processContext: { identity: ProcessIdentity | undefined; created: number } = shared('processContext', () => ({
  identity: undefined,
  created: 0,
}));
