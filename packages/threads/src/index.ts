/**
 * ThreadPoolExecutor runs functions on a pool of worker threads. Thread is one thread that runs a function of its own.
 *
 * @packageDocumentation
 */
import './default-executor.js';

export { ThreadPoolExecutor, type ThreadPoolExecutorOptions } from './thread-pool-executor.js';
export { getReusableExecutor } from './reusable-executor.js';
export { activeCount, currentThread, enumerate, mainThread } from './current-thread.js';
export { excepthook, setExcepthook, type Excepthook } from './excepthook.js';
export { local } from './local.js';
export { Thread, type ThreadOptions } from './thread.js';
export type { AnyThread, ThreadFailure } from './any-thread.js';
export { Timer, type TimerOptions } from './timer.js';
