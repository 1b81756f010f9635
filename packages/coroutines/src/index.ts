/**
 * asyncio's patterns for async functions.
 *
 * @packageDocumentation
 */
export { checkCancelled, currentSignal } from './check-cancelled.js';
export type { Clock } from './clock.js';
export { createTask } from './create-task.js';
export { sleep, type SleepOptions } from './sleep.js';
export { Task } from './task.js';
export { TaskGroup, type TaskGroupOptions } from './task-group.js';
