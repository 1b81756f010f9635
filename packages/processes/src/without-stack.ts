import { withStackLimit } from '@heddle/futures/worker';

/** Runs a call whose error is only an answer. Collecting the error's stack would cost more than the call. */
export function withoutStack<T>(call: () => T): T {
  return withStackLimit(0, call);
}
