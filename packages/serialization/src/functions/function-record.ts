/** The records that stand for functions in a copy: see encode-function.ts. */
import type { marker } from '../values/marker.js';
import type { FunctionDescriptor } from './function-descriptor.js';
import type { FunctionMembers } from './function-members.js';

/** A function on the wire. */
export interface FunctionRecord {
  readonly [marker]: 'function';
  /** Only the id when the receiver has the descriptor already. */
  descriptor: FunctionDescriptor | string;
  readonly captures: Record<string, unknown>;
  /** Only for a class that is a function. */
  members?: FunctionMembers;
}

/** A function of `perWorker` on the wire. */
export interface PerWorkerRecord {
  readonly [marker]: 'per worker';
  readonly id: string;
  /** The function that makes the object. */
  create: unknown;
}

/** A value that every realm has, on the wire. */
export interface GlobalRecord {
  readonly [marker]: 'global';
  readonly path: readonly string[];
  /** The module from whose exports the path leads; without it the path leads from the global object. */
  readonly module?: string;
  /** The object that a compiler put around a module's exports. */
  readonly wrapper?: 'default' | 'namespace';
}
