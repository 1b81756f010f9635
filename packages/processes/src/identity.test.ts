/**
 * Instances of registered classes, to a process and back, and through a queue.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { Process, ProcessQueue } from '@heddle/processes';
import { leavingNothing } from './test-support/leaving-nothing.js';

interface Parcel {
  open(): unknown;
}

const { Parcel } = (await import(new URL('../fixtures/parcel.mjs', import.meta.url).href)) as { Parcel: new (content: unknown) => Parcel };

test(
  'arguments, result and error of a process',
  leavingNothing(async () => {
    const child = new Process({ target: (parcel: Parcel) => ({ parcel, opened: parcel.open() }), args: [new Parcel('thread')] });
    child.start();
    const { parcel, opened } = await child.result();
    expect(parcel).toBeInstanceOf(Parcel);
    expect([parcel.open(), opened]).toEqual(['thread', 'thread']);
    await child.join();
    const failing = new Process({
      target: (given: Parcel): never => {
        throw Object.assign(new Error('no'), { given });
      },
      args: [new Parcel(5)],
    });
    failing.start();
    const error = (await failing.result().catch((thrown: unknown) => thrown)) as { given: Parcel };
    expect(error.given).toBeInstanceOf(Parcel);
    await failing.join();
  }),
);

test('through a queue', async () => {
  const queue = new ProcessQueue<Parcel>();
  await queue.put(new Parcel('weft'));
  expect((await queue.get()).open()).toBe('weft');
});
