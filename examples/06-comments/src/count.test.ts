/**
 * Each pattern, with requests over a socket. What is slow or fails is so by its id; tests wait for what the server says, not for time.
 *
 * @slow
 */
import { describe, expect, test } from '@jest/globals';
import { failureOf, until, warningsOf } from '@heddle/testkit/support';
import { background, createTask, isHeddleError } from 'heddle';
import { countAll, countReadable } from './count.js';
import { countsByParents } from './test-support/counts-by-parents.js';
import { HandClock } from './test-support/hand-clock.js';
import { setUp, type Setup } from './test-support/set-up.js';
import { addComment, commentCount, plantStories, plantTree, type Tree } from './tree.js';

const item = (id: number): string => `/item/${String(id)}`;
const items = (...ids: number[]): string[] => ids.map(item);

/** So many stories with one comment each: that of story N is `count` + N. */
function pairs(count: number): Tree {
  const tree = plantStories(count);
  for (const id of tree.stories) addComment(tree, id);
  return tree;
}

describe('fan out, fan in', () => {
  test('5,000 comments: each item is fetched once, with as many requests at a time as the executor has slots', async () => {
    const tree = plantTree();
    const first = items(...tree.stories.slice(0, 8));
    await using setup = await setUp(tree, { latencyMs: () => 1, held: first }, 8);
    const { server, means } = setup;
    const counting = countAll(await means.api.topStories(), means);
    await until('eight requests', () => server.inside === 8);
    for (const path of first) server.release(path);
    const counts = await counting;
    expect(counts).toEqual(countsByParents(tree));
    expect(counts.reduce((a, b) => a + b)).toBe(commentCount);
    expect(server.mostInside).toBe(8);
    expect(server.requested).toHaveLength(tree.items.size);
    expect(new Set(server.requested).size).toBe(tree.items.size);
    await background.drain();
  });

  test('a thread of answers that is deeper than there are slots', async () => {
    const tree = plantStories(1);
    for (let last = 1; last < 40;) last = addComment(tree, last);
    await using setup = await setUp(tree, {}, 1);
    expect(await countAll([1], setup.means)).toEqual([39]);
    expect(setup.server.mostInside).toBe(1);
    await background.drain();
  });
});

describe('a limited time for each fetch', () => {
  test('what does not answer is given up, its request aborted, its slot free', async () => {
    const clock = new HandClock();
    await using setup = await setUp(pairs(3), { held: items(5) }, 1, { attempts: 1, timeoutMs: 700, clock });
    const { server, means } = setup;
    const counting = countReadable([1, 2, 3], means);
    await until('the request', () => server.requested.includes(item(5)));
    expect(setup.executor.statistics()).toMatchObject({ running: 1, queued: 1 });
    clock.ring();
    expect(await counting).toEqual([1, expect.objectContaining({ code: 'HEDDLE_TIMEOUT', message: '/item/5 took longer than 700 ms' }), 1]);
    await server.idle();
    expect(server.aborted).toEqual(items(5));
    await background.drain();
  });

  test('it is tried again, and each attempt has its time', async () => {
    const clock = new HandClock();
    await using setup = await setUp(pairs(1), { held: items(2) }, 1, { clock });
    const { server, means } = setup;
    const counting = countAll([1], means);
    await until('the request', () => server.requested.includes(item(2)));
    clock.ring();
    await until('the second one', () => server.requested.length === 3);
    server.release(item(2));
    expect(await counting).toEqual([1]);
    expect(server.requested).toEqual(items(1, 2, 2));
    await background.drain();
  });
});

describe('errors', () => {
  test('503 is tried again', async () => {
    await using setup = await setUp(pairs(1), { failing: [[item(2), 2]] }, 4);
    expect(await countAll([1], setup.means)).toEqual([1]);
    expect(setup.server.requested).toEqual(items(1, 2, 2, 2));
    await background.drain();
  });

  test('partial results: the counts of stories that can be read, and errors in the places of the others', async () => {
    await using setup = await setUp(pairs(4), { failing: [[item(6), Infinity]] }, 3);
    const { server, means } = setup;
    const unknown = 99;
    const [first, second, third, none] = await countReadable([1, 2, 3, unknown], means);
    expect([first, third]).toEqual([1, 1]);
    expect(second).toMatchObject({ name: 'HttpError', message: '/item/6 answered 503' });
    expect(none).toMatchObject({ name: 'HttpError', status: 404 });
    expect(server.requested.filter((path) => path === item(6))).toHaveLength(3);
    expect(server.requested.filter((path) => path === item(unknown))).toHaveLength(1);
    expect(server.aborted).toEqual([]);
    await background.drain();
  });
});

describe('what is given up', () => {
  const { stories } = plantStories(10);

  /** Nothing runs and nothing waits: what the server was asked by now is all there will be. */
  async function rest({ server, executor }: Setup): Promise<{ requested: string[]; aborted: string[] }> {
    expect(executor.statistics()).toMatchObject({ running: 0, queued: 0, suspended: 0 });
    await executor.shutdown();
    await server.idle();
    return { requested: [...server.requested].sort(), aborted: [...server.aborted].sort() };
  }

  test('the first error aborts all other requests, and nothing is fetched any more', async () => {
    const held = items(11, 12, 3, 4, 5);
    await using setup = await setUp(pairs(10), { held, failing: [[item(12), Infinity]] }, 4, { attempts: 1 });
    const { server, means } = setup;
    const counting = failureOf(countAll(stories, means));
    await until('four requests that wait', () => server.inside === 4 && server.requested.length === 6);
    server.release(item(12));
    expect(await counting).toMatchObject({ name: 'HttpError', message: '/item/12 answered 503' });
    const { requested, aborted } = await rest(setup);
    // Story 5 may get the slot of the one that failed, in the moment before it is cancelled.
    const others = (path: string): boolean => path !== item(5);
    expect(requested.filter(others)).toEqual(items(1, 11, 12, 2, 3, 4));
    expect(aborted.filter(others)).toEqual(items(11, 3, 4));
  });

  test('who is cancelled while he counts takes all requests along', async () => {
    const held = items(1, 2, 3, 4);
    await using setup = await setUp(pairs(10), { held }, 4);
    const { server, means } = setup;
    const counting = createTask(countReadable, stories, means);
    await until('four requests', () => server.inside === 4);
    counting.cancel();
    expect(isHeddleError(await failureOf(counting), 'HEDDLE_CANCELLED')).toBe(true);
    expect(await rest(setup)).toEqual({ requested: held, aborted: held });
  });
});

describe('the log', () => {
  test('nobody waits for it, until it is drained', async () => {
    await using setup = await setUp(pairs(3), { held: ['/log'] }, 2);
    const { server, means } = setup;
    expect(await countAll([1, 2, 3], means)).toEqual([1, 1, 1]);
    expect([background.size, server.logged]).toEqual([3, []]);
    const drained = background.drain();
    server.release('/log');
    await drained;
    expect(background.size).toBe(0);
    expect(server.logged.sort()).toEqual(['story 1: 1 comments', 'story 2: 1 comments', 'story 3: 1 comments']);
  });

  test('it is written also when the counting has been given up since', async () => {
    await using setup = await setUp(pairs(2), { held: ['/log', item(2)], failing: [[item(2), 1]] }, 2, { attempts: 1 });
    const { server, means } = setup;
    const counting = failureOf(countAll([1, 2], means));
    await until('a line under way', () => background.size === 1);
    server.release(item(2));
    expect(await counting).toMatchObject({ name: 'HttpError' });
    expect(background.size).toBe(1);
    server.release('/log');
    await background.drain();
    expect(server.logged).toEqual(['story 1: 1 comments']);
    expect(server.aborted).toEqual([]);
  });

  test('a log that fails fails nothing else, and is not silent', async () => {
    await using setup = await setUp(pairs(1), { failing: [['/log', Infinity]] }, 2);
    const [warning] = await warningsOf('HEDDLE_BACKGROUND_FAILED', 1, async () => {
      expect(await countAll([1], setup.means)).toEqual([1]);
      await background.drain();
    });
    expect(warning?.detail ?? warning?.message).toMatch(/\/log answered 503/);
    expect(setup.server.logged).toEqual([]);
  });
});
