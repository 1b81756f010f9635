/**
 * ProcessPoolExecutor: functions run on a pool of child processes. Process: one that runs a function of its own.
 * runService: a long-lived program, as a service manager expects it.
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
