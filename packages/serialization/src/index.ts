/**
 * How a task travels: functions by reference or by source, values, errors, transfers.
 *
 * @packageDocumentation
 */
export { decodeValue } from './decode.js';
export { encodeValue, travelsAsIs, type Encoded } from './encode.js';
export { transfer, type MessagePortLike, type Transferable } from './transfer.js';
