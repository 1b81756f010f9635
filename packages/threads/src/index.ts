/**
 * ThreadPoolExecutor: functions run on a pool of worker threads.
 *
 * @packageDocumentation
 */
import './default-executor.js';

export { ThreadPoolExecutor, type ThreadPoolExecutorOptions } from './thread-pool-executor.js';
export { getReusableExecutor } from './reusable-executor.js';
