import { withStackLimit } from '@heddle/futures/worker';

/** Runs a call whose error is no more than an answer: collecting the stack would cost more than the call. */
export function withoutStack<T>(call: () => T): T {
  return withStackLimit(0, call);
}
