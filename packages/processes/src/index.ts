/**
 * ProcessPoolExecutor: functions run on a pool of child processes.
 *
 * @packageDocumentation
 */
export { ProcessPoolExecutor, type ProcessPoolExecutorOptions } from './process-pool-executor.js';
