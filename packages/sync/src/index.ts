/**
 * Locks, conditions, events, semaphores, barriers and queues, for async functions and threads alike.
 *
 * @packageDocumentation
 */
export { Barrier, type BarrierOptions } from './barrier.js';
export { Condition } from './condition.js';
export { Event } from './event.js';
export type { Hold } from './hold.js';
export { Lock } from './lock.js';
export { RLock } from './r-lock.js';
export { BoundedSemaphore, Semaphore } from './semaphore.js';
export type { WaitLimits } from './wait-limits.js';
