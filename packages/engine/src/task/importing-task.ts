/**
 * Tells whether this thread is a worker that is importing the module of a task. A module that starts a pool and submits
 * while it loads would do so in every worker, without end. An example is a program with its tasks in its entry module.
 */
import { InvalidStateError } from '@heddle/futures/errors';
import { shared } from '@heddle/serialization/worker';

const state = shared('importingTask', () => ({ count: 0 }));

/**
 * Refuses work that a module starts while a worker imports it.
 *
 * @param name - the name of the executor or class that is used
 * @param what - what the module does: `submits work`
 * @throws InvalidStateError while this thread imports the module of a task
 */
export function checkNotImporting(name: string, what: string): void {
  if (state.count === 0) return;
  throw new InvalidStateError(
    `${name}: this module is being loaded by a worker, to find a task in it, and ${what} as it loads: ` +
      'every worker would do so without end. Put tasks in a module of their own, or run the program itself under if (isMainThread)',
  );
}

/** Marks this thread as importing until `loading` is settled. */
export function whileImporting<T>(loading: Promise<T>): Promise<T> {
  state.count += 1;
  const done = (): void => {
    state.count -= 1;
  };
  loading.then(done, done);
  return loading;
}
