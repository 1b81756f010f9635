/** What stands in a copy for a function: see encode-function.ts. */
import type { marker } from '../values/marker.js';
import type { FunctionDescriptor } from './function-descriptor.js';
import type { FunctionMembers } from './function-members.js';

/** A function on the wire. */
export interface FunctionRecord {
  readonly [marker]: 'function';
  /** An id alone: the receiver has it already. */
  descriptor: FunctionDescriptor | string;
  readonly captures: Record<string, unknown>;
  /** Of a class that is a function. */
  members?: FunctionMembers;
}

/** Something that every realm has, on the wire. */
export interface GlobalRecord {
  readonly [marker]: 'global';
  readonly path: readonly string[];
  /** From whose exports the path leads; from the global object without. */
  readonly module?: string;
  /** Of a module's exports: what a compiler put around them. */
  readonly wrapper?: 'default' | 'namespace';
}
