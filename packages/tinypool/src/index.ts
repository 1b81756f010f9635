/**
 * TinypoolExecutor puts the Executor interface over an application's own Tinypool.
 *
 * @packageDocumentation
 */
import { internalFrames } from '@heddle/futures/authors';

export { TinypoolExecutor, type TinypoolExecutorOptions } from './tinypool-executor.js';
export type { TinypoolLike, TinypoolWorkerLike } from './tinypool-like.js';

internalFrames.add(import.meta.url, 'tinypool/dist/bundle/');
// Tinypool's own frames help no user either.
internalFrames.add('/node_modules/tinypool/dist/');
