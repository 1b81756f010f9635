/**
 * The Executor interface over threads.js.
 *
 * @packageDocumentation
 */
import { internalFrames } from '@heddle/futures/worker';

export { exposed, exposedFunction, type Exposed, type ExposedFunction } from './exposed.js';
export type { SpawnThread } from './crew.js';
export { ThreadsJsExecutor, type ThreadsJsExecutorOptions, type ThreadsJsPool } from './threads-js-executor.js';

internalFrames.add(import.meta.url, 'threadsjs/dist/bundle/');
