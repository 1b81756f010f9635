/**
 * Tests that a sender either converts or refuses each value that a reader of process channels would refuse.
 *
 * @slow
 */
import { describe, expect, test } from '@jest/globals';
import '../functions/encode-function.js';
import { serializable } from '../classes/serializable.js';
import { travel } from '../test-support/travel.js';
import { mostHoles } from './check-body.js';

class Link {
  next: unknown;

  constructor(next: unknown) {
    this.next = next;
  }
}
serializable(Link, { name: 'limits Link' });

const process = { destination: 'process', isLarge: false } as const;

function chain<T>(length: number, last: T, link: (below: T) => T): T {
  let top = last;
  for (let i = 0; i < length; i++) top = link(top);
  return top;
}

function holey(length: number, entries: readonly (readonly [index: number, item: unknown])[]): unknown[] {
  const array: unknown[] = [];
  array.length = length;
  for (const [index, item] of entries) array[index] = item;
  return array;
}

describe.each([true, false])('may post now: %j', (mayPostNow) => {
  const way = { ...process, mayPostNow };

  test.each<[what: string, make: () => unknown[]]>([
    ['more holes than a message may have', () => holey(2 * mostHoles, [[5, 'five']])],
    [
      'the longest there is, with an index that is no small integer',
      () =>
        holey(2 ** 32 - 1, [
          [0, { first: true }],
          [3_000_000_000, new Map([[1, 2]])],
          [2 ** 32 - 2, 'last'],
        ]),
    ],
    [
      'few holes',
      () =>
        holey(66, [
          [0, 'a'],
          [1, 'b'],
        ]),
    ],
    ['none but one element', () => holey(1000, [])],
  ])('%s', async (_what, make) => {
    const sent = make();
    const arrived = await travel(sent, way);
    expect(arrived.length).toBe(sent.length);
    expect(Object.entries(arrived)).toEqual(Object.entries(sent));
  });

  test('few holes in each of very many arrays', async () => {
    const sent = Array.from({ length: 80_000 }, () => holey(64, []));
    expect((await travel(sent, way)).every((each) => each.length === 64 && Object.keys(each).length === 0)).toBe(true);
  });

  test('an array with holes is in itself, and once', async () => {
    const sent = holey(1000, []);
    sent[500] = { around: sent };
    const [first, second] = await travel([sent, sent], way);
    expect(first).toBe(second);
    expect((first[500] as { around: unknown }).around).toBe(first);
  });

  test('a path leads into an array with holes', async () => {
    await expect(travel({ list: holey(1000, [[700, new WeakMap()]]) }, way)).rejects.toMatchObject({ path: 'args[0].list[700]' });
  });

  test('a chain of 700 causes arrives, of a longer one as much as can', async () => {
    const made = (length: number): Promise<Error> =>
      travel(
        chain(length, new Error('first'), (cause) => new Error('next', { cause })),
        way,
      );
    const depthOf = (error: unknown): number => {
      let depth = 0;
      for (let each = error; each instanceof Error; each = each.cause) depth += 1;
      return depth;
    };
    expect(depthOf(await made(700))).toBe(701);
    for (const length of [890, 900, 950, 2000]) {
      const arrived = await made(length);
      const depth = depthOf(arrived);
      expect(depth).toBeGreaterThan(700);
      let last: unknown = arrived;
      while (last instanceof Error) last = last.cause;
      expect(last).toMatch(/^\[with its errors, class instances and functions it is sent more than 1450 levels deep.*flatten it/);
    }
  });

  test('what lies beside a chain that was cut is whole', async () => {
    const causes = chain(2000, new Error('first'), (cause) => new Error('next', { cause }));
    const beside = chain<unknown>(900, 'end', (below) => ({ below }));
    const [, arrived] = await travel([causes, beside] as const, way);
    expect(arrived).toEqual(beside);
  });

  test.each<[what: string, link: (below: unknown) => unknown, path: RegExp]>([
    ['instances', (next) => new Link(next), /^args\[0\]\.next\.next/],
    ['objects without a prototype', (next) => Object.assign(Object.create(null) as object, { next }), /^args\[0\]\.next\.next/],
    ['functions', (next) => () => next, /captured "next"/],
  ])('%s: refused with their path from 1,450 levels on', async (_what, link, path) => {
    await expect(travel(chain<unknown>(700, 1, link), way)).resolves.toBeDefined();
    for (const length of [850, 950]) {
      await expect(travel(chain<unknown>(length, 1, link), way)).rejects.toMatchObject({
        code: 'HEDDLE_SERIALIZATION',
        path: expect.stringMatching(path),
        message: expect.stringMatching(/more than 1450 levels deep.*flatten it/),
      });
    }
  });
});
