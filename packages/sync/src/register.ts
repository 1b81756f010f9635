/**
 * Registers the classes of this package in this thread. A queue's item that holds one of them then needs no module to be loaded. A thread
 * that blocks for the item could not load one. For that, queues name the whole package as their module (`moduleKey`); locks do not.
 */
import { internalFrames } from '@heddle/futures/errors';
import { isRegistered, serializable } from '@heddle/serialization';
import { Barrier } from './barrier.js';
import { Condition } from './condition.js';
import { moduleKey } from './core/travel.js';
import { Event } from './event.js';
import { Lock } from './lock.js';
import { LifoQueue } from './queue/lifo-queue.js';
import { PriorityQueue } from './queue/priority-queue.js';
import { Queue } from './queue/queue.js';
import { SimpleQueue } from './queue/simple-queue.js';
import { RLock } from './r-lock.js';
import { BoundedSemaphore, Semaphore } from './semaphore.js';

internalFrames.add(import.meta.url, 'sync/dist/bundle/');
for (const Class of [Barrier, BoundedSemaphore, Condition, Event, LifoQueue, Lock, PriorityQueue, Queue, RLock, Semaphore, SimpleQueue]) {
  if (isRegistered(Class)) continue;
  const module = Class[moduleKey]; // a bundle of CommonJS has no import.meta.url
  if (module === undefined) serializable(Class);
  else serializable(module, Class);
}
