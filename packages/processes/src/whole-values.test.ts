/**
 * Nothing is lost of a value in pipes, queues, arguments and results of a Process: the suite of executors shows the rest.
 *
 * @workers
 */
import { expect, test } from '@jest/globals';
import { Pipe, Process, ProcessQueue, type Connection } from '@heddle/processes';
import { failureOf } from '@heddle/testkit/support';

const match = (): unknown => ({ match: /b(?<rest>.)/.exec('abc'), holes: Object.assign([1, , 3], { tag: 'holes' }) }); // eslint-disable-line no-sparse-arrays
const told = (value: unknown): unknown => {
  const { match: found, holes } = value as { match: RegExpExecArray; holes: unknown[] & { tag: string } };
  return [found.index, found.input, found.groups?.['rest'], holes.tag, 1 in holes];
};
const whole = [1, 'abc', 'c', 'holes', false];

/** What would arrive as less than it is, and where that is told. */
const lesser: readonly (readonly [value: unknown, place: string])[] = [
  [Object.assign(new Map(), { name: 'm' }), '.name'],
  [Object.assign(new Uint8Array(100), { width: 1 }), '.width'],
  [{ [Symbol.for('key')]: 1 }, '[Symbol(key)]'],
  [new (class Pixels extends Uint8Array {})(2), ''],
];

test('through a pipe and a queue, to a process and back', async () => {
  const [here, there] = Pipe();
  const queue = new ProcessQueue<unknown>();
  const child = new Process({
    target: async (value: unknown, connection: Connection, items: ProcessQueue<unknown>) => {
      await connection.send(await connection.recv());
      await items.put(await items.get());
      return value;
    },
    args: [match(), there, queue],
  });
  child.start();
  await here.send(match());
  expect(told(await here.recv())).toEqual(whole);
  await queue.put(match());
  expect(told(await child.result())).toEqual(whole);
  await child.join();
  expect(told(await queue.get())).toEqual(whole);
});

test('what would arrive as less is refused with its place', async () => {
  const [here, there] = Pipe();
  const queue = new ProcessQueue<unknown>();
  for (const [value, place] of lesser) {
    expect(await failureOf(here.send({ value }))).toMatchObject({
      code: 'HEDDLE_SERIALIZATION',
      path: expect.stringMatching(new RegExp(`\\.value${place.replace(/[[\]().]/g, '\\$&')}$`)),
    });
    expect(await failureOf(queue.put({ value }))).toMatchObject({ code: 'HEDDLE_SERIALIZATION' });
  }
  here.close();
  there.close();
});
