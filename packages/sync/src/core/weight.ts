/**
 * What a shared object weighs for the collector. Its memory is shared, which V8 does not count, and so are what others wait on to see that
 * this thread lives: a thread that is sent thousands of locks, and keeps none, would keep their memory until its own heap happens to be
 * collected. So each object has some memory that V8 does count. It is never written to: a system hands out no pages for it.
 */

/** About what the object takes, its waits included; more, as V8 begins to collect only after some 60 MiB. */
const weightBytes = 48 * 1024;

export function weigh(): ArrayBufferLike {
  return Buffer.allocUnsafeSlow(weightBytes).buffer;
}
