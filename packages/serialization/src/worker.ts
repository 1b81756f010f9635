/**
 * The part of serialization that a worker needs before its first task: it reads functions, and reads and writes values.
 * Describing functions, with its parser, is not in it. For authors of executors.
 *
 * @packageDocumentation
 */
import { internalFrames } from '@heddle/futures/errors';

export { takePendingLoads } from './decode-function.js';
export { decodeValue } from './decode.js';
export { encodeValue, type Encoded } from './encode.js';
export type { FunctionRecord } from './function-record.js';
export type { FunctionDescriptor, LoadedFunction } from './function-descriptor.js';
export { explainRefusal } from './explain-refusal.js';
export { isCallback } from './links/callback.js';
export { Links, type Link, type LinkEnd, type LinkRecord } from './links/link.js';
export type { LinkCaller } from './links/stand-in.js';
export type { Trust } from './known-modules.js';
export { loadClasses } from './load-classes.js';
export { loadFunction } from './load-function.js';
export type { ClassReference } from './class-registry.js';
export { isClasses, withClasses, type ClassesRecord } from './records.js';
export { shared } from './shared.js';
export { travelsAsIs } from './travels-as-is.js';
export type { Destination } from './walk.js';

internalFrames.add(import.meta.url, 'serialization/dist/bundle/worker.js');
