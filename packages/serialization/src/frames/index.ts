/**
 * Messages on a stream of bytes, for channels without structured clone (processes). For authors of executors.
 *
 * @packageDocumentation
 */
export { FrameReader } from './frame-reader.js';
export { recordKinds } from '../values/records.js';
export { frameVersion, mostFrameBytes, writeFrame } from './frame.js';
