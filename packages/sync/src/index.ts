/**
 * Locks, conditions, events, semaphores, barriers and queues, for async functions and threads alike.
 *
 * @packageDocumentation
 */
import './register.js';
export { Barrier, type BarrierOptions } from './barrier.js';
export { Condition } from './condition.js';
export { Event } from './event.js';
export type { Hold } from './hold.js';
export { Lock } from './lock.js';
export { LifoQueue } from './queue/lifo-queue.js';
export { PriorityQueue, type PriorityQueueOptions } from './queue/priority-queue.js';
export { Queue, type QueueOptions } from './queue/queue.js';
export type { SharedQueue, QueueShutdownOptions } from './queue/shared-queue.js';
export { SimpleQueue } from './queue/simple-queue.js';
export { RLock } from './r-lock.js';
export { BoundedSemaphore, Semaphore } from './semaphore.js';
export type { WaitLimits } from './wait-limits.js';
