import { expect, test } from '@jest/globals';
import { failureOf, until } from '@heddle/testkit/support';
import { background, isHeddleError } from 'heddle';
import { refresh } from './refresh.js';
import { HandClock } from './test-support/hand-clock.js';
import { setUp } from './test-support/set-up.js';
import { addComment, plantStories } from './tree.js';

/** The next tick of `every`, which waits for it. */
async function tick(clock: HandClock): Promise<void> {
  await until('the timer', () => clock.timers === 1);
  clock.ring();
}

test('each tick counts anew; those that come during a count are left out', async () => {
  const tree = plantStories(2);
  const clock = new HandClock();
  await using setup = await setUp(tree, { held: ['/item/2'], failing: [['/item/1', 1]] }, 4, { attempts: 1 });
  const { server, means, executor } = setup;
  const seen: (number | Error)[][] = [];
  const refreshing = refresh({
    ...means,
    stories: tree.stories,
    everyMs: 1000,
    clock,
    onCounts: (counts) => {
      seen.push(counts);
    },
  });

  await tick(clock);
  await until('both requests', () => server.requested.length === 2);
  await tick(clock);
  await tick(clock);
  server.release('/item/2');
  await until('the counts', () => seen.length === 1);
  expect(seen).toEqual([[expect.objectContaining({ status: 503 }), 0]]);
  expect([server.requested.length, executor.statistics().running]).toEqual([2, 0]); // no other count has begun

  addComment(tree, 2);
  await tick(clock);
  await until('new counts', () => seen.length === 2);
  expect(seen[1]).toEqual([0, 1]);
  expect(server.requested).toHaveLength(5);

  refreshing.cancel();
  expect(isHeddleError(await failureOf(refreshing), 'HEDDLE_CANCELLED')).toBe(true);
  expect(clock.timers).toBe(0);
  await background.drain();
});

test('who cancels it aborts the count under way', async () => {
  const clock = new HandClock();
  await using setup = await setUp(plantStories(3), { held: ['/item/1', '/item/2'] }, 2);
  const { server, means, executor } = setup;
  let told = 0;
  const refreshing = refresh({
    ...means,
    stories: [1, 2, 3],
    everyMs: 1000,
    clock,
    onCounts: () => {
      told += 1;
    },
  });
  await tick(clock);
  await until('two requests', () => server.inside === 2);
  refreshing.cancel();
  expect(isHeddleError(await failureOf(refreshing), 'HEDDLE_CANCELLED')).toBe(true);
  expect(executor.statistics()).toMatchObject({ running: 0, queued: 0 });
  await server.idle();
  expect([...server.aborted].sort()).toEqual(['/item/1', '/item/2']);
  expect([server.requested.length, told, clock.timers]).toEqual([2, 0, 0]);
});
