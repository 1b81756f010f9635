/**
 * Locks, events and queues, for async functions and threads alike.
 *
 * @packageDocumentation
 */
export { Event } from './event.js';
export { Hold } from './hold.js';
export { Lock } from './lock.js';
export type { WaitLimits } from './wait-limits.js';
