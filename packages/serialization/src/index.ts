/**
 * Makes tasks travel: functions by reference or by source, values, errors, transfers.
 *
 * @packageDocumentation
 */
import { internalFrames } from '@heddle/futures/errors';
import './functions/encode-function.js'; // values may then hold functions, for all copies of the package in this realm
export { isRegistered } from './classes/class-registry.js';
export { bindCaptures, closure } from './functions/closure.js';
export { takePendingLoads } from './functions/decode-function.js';
export { decodeValue } from './values/decode.js';
export { describeFunction, describeToEncode } from './functions/describe-function.js';
export { encodeValue, type Encoded } from './values/encode.js';
export type { FunctionRecord } from './functions/function-record.js';
export { explainRefusal } from './values/explain-refusal.js';
export type {
  AnyFunction,
  FunctionDescriptor,
  FunctionForm,
  FunctionReference,
  FunctionSource,
  LoadedFunction,
} from './functions/function-descriptor.js';
export { callback, pushOf } from './caller-objects/callback.js';
export { CallerObjects, type CallerObject, type OpenCallerObject, type CallerObjectRecord } from './caller-objects/caller-object.js';
export type { CallerProxy, ProxyCaller } from './caller-objects/caller-proxy.js';
export { allowModule, type Trust } from './classes/known-modules.js';
export { loadClasses } from './classes/load-classes.js';
export { loadFunction } from './functions/load-function.js';
export { serializable, type Serializable, type SerializableOptions } from './classes/serializable.js';
export { perWorker } from './functions/per-worker.js';
export { task } from './functions/task.js';
export { tasksOf, type TasksOf } from './functions/tasks-of.js';
export { inThisRealm } from './values/this-realm.js';
export { transfer, type MessagePortLike, type Transferable } from './values/transfer.js';
export { travelsAsIs } from './values/travels-as-is.js';
export type { Destination } from './values/walk.js';

internalFrames.add(import.meta.url, 'serialization/dist/bundle/');
