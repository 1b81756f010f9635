/**
 * How a task travels: functions by reference or by source, values, errors, transfers.
 *
 * @packageDocumentation
 */
import { internalFrames } from '@heddle/futures/errors';
import './encode-function.js'; // lets values hold functions, for all copies of the package in this realm
export { isRegistered } from './class-registry.js';
export { bindCaptures, closure } from './closure.js';
export { takePendingLoads } from './decode-function.js';
export { decodeValue } from './decode.js';
export { describeFunction, describeToEncode } from './describe-function.js';
export { encodeValue, type Encoded } from './encode.js';
export type { FunctionRecord } from './function-record.js';
export { explainRefusal } from './explain-refusal.js';
export type {
  AnyFunction,
  FunctionDescriptor,
  FunctionForm,
  FunctionReference,
  FunctionSource,
  LoadedFunction,
} from './function-descriptor.js';
export { callback, pushOf } from './links/callback.js';
export { Links, type Link, type LinkEnd, type LinkRecord } from './links/link.js';
export type { LinkCaller } from './links/stand-in.js';
export { allowModule, type Trust } from './known-modules.js';
export { loadClasses } from './load-classes.js';
export { loadFunction } from './load-function.js';
export { serializable, type Serializable, type SerializableOptions } from './serializable.js';
export { task } from './task.js';
export { tasksOf, type TasksOf } from './tasks-of.js';
export { transfer, type MessagePortLike, type Transferable } from './transfer.js';
export { travelsAsIs } from './travels-as-is.js';
export type { Destination } from './walk.js';

internalFrames.add(import.meta.url, 'serialization/dist/bundle/index.js');
