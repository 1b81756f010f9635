/**
 * `ProcessPoolExecutor` runs functions on a pool of child processes. `Process` is one child process that runs one function. `runService`
 * runs a long-lived program in the way that a service manager expects.
 *
 * @packageDocumentation
 */
export { Pipe, type Connection } from './connection.js';
export { currentProcess, type CurrentProcess } from './current-process.js';
export type { WaitLimits } from './port-handle.js';
export { activeChildren, Process, type ProcessOptions } from './process.js';
export { ProcessQueue, type ProcessQueueOptions } from './process-queue.js';
export { ProcessPoolExecutor, type ProcessPoolExecutorOptions } from './process-pool-executor.js';
export { getReusableExecutor } from './reusable-executor.js';
export { runService } from './service/run-service.js';
export type { Service, ServiceOptions, ServiceOutcome } from './service/service.js';
