/**
 * The part of serialization that a worker needs before its first task: it reads functions, and reads and writes values.
 * Describing functions, with its parser, is not in it. For authors of executors.
 *
 * @packageDocumentation
 */
import { internalFrames } from '@heddle/futures/errors';

export { takePendingLoads } from './functions/decode-function.js';
export { decodeValue } from './values/decode.js';
export { encodeValue, type Encoded } from './values/encode.js';
export { EncodedItems, encodeItems } from './values/encoded-items.js';
export type { FunctionRecord } from './functions/function-record.js';
export type { FunctionDescriptor, LoadedFunction } from './functions/function-descriptor.js';
export { explainRefusal } from './values/explain-refusal.js';
export { isCallback } from './caller-objects/callback.js';
export { CallerObjects, type CallerObject, type OpenCallerObject, type CallerObjectRecord } from './caller-objects/caller-object.js';
export type { CallerProxy, ProxyCaller } from './caller-objects/caller-proxy.js';
export type { Trust } from './classes/known-modules.js';
export { loadClasses } from './classes/load-classes.js';
export { loadFunction } from './functions/load-function.js';
export type { ClassReference } from './classes/class-registry.js';
export { isClasses, withClasses, type ClassesRecord } from './values/records.js';
export { loadOwnFile, ownFile, type OwnFile } from './own-file.js';
export { requireOfNode } from './require-of-node.js';
export { shared } from './values/shared.js';
export { inThisRealm } from './values/this-realm.js';
export { travelsAsIs } from './values/travels-as-is.js';
export type { Destination } from './values/walk.js';

internalFrames.add(import.meta.url, 'serialization/dist/bundle/');
