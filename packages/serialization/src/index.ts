/**
 * How a task travels: functions by reference or by source, values, errors, transfers.
 *
 * @packageDocumentation
 */
export { decodeValue } from './decode.js';
export { describeFunction } from './describe-function.js';
export { encodeValue, travelsAsIs, type Encoded } from './encode.js';
export type { FunctionDescriptor, FunctionReference, FunctionSource, LoadedFunction } from './function-descriptor.js';
export { loadFunction } from './load-function.js';
export { task } from './task.js';
export { tasksOf } from './tasks-of.js';
export { transfer, type MessagePortLike, type Transferable } from './transfer.js';
