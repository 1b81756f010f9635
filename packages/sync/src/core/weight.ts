/**
 * Gives each shared object some memory that V8 counts. V8 does not count shared memory, nor the pending waits that show that this thread
 * lives. Without this, a thread that is sent thousands of locks and keeps none would keep their memory until its heap happens to be
 * collected. The memory is never written to, so the system hands out no pages for it.
 */

/** About what the object takes with its waits, and more, since V8 begins to collect only after some 60 MiB. */
const weightBytes = 48 * 1024;

export function weigh(): ArrayBufferLike {
  return Buffer.allocUnsafeSlow(weightBytes).buffer;
}
