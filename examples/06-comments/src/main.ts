/**
 * Counts comments, of an API that is slow, fails now and then, and never answers for one of them; and tells what came of it.
 *
 * Usage: node dist/main.js [STORIES]; all 30 stories unless told.
 */
import { CoroutineExecutor, background, run, shield, wait } from 'heddle';
import { Api } from './api.js';
import { countAll, countReadable } from './count.js';
import { refresh } from './refresh.js';
import { CommentsServer, type Faults } from './server.js';
import { addComment, plantTree } from './tree.js';

const faults: Faults = {
  latencyMs: (path) => (path.endsWith('7') ? 40 : 1),
  failing: [
    ['/item/31', Infinity],
    ['/item/100', 2],
    ['/item/1000', 2],
  ],
  held: ['/item/35'],
};
const number = new Intl.NumberFormat('en-US');

function tell(what: string, how: string): void {
  console.log(`${what.padEnd(16)}${how}`);
}

await run(async () => {
  const tree = plantTree();
  await using server = await CommentsServer.start(tree, faults);
  await using executor = new CoroutineExecutor({ maxConcurrency: 20 });
  const means = { api: new Api({ url: server.url, timeoutMs: 500, attempts: 3 }), executor };
  try {
    const stories = (await means.api.topStories()).slice(0, Number(process.argv[2] ?? 30));

    const counts = await countReadable(stories, means);
    const readable = counts.filter((count) => typeof count === 'number');
    tell(
      'comments',
      `${number.format(readable.reduce((a, b) => a + b))}, of ${String(readable.length)} stories out of ${String(stories.length)}`,
    );
    for (const [i, count] of counts.entries())
      if (typeof count !== 'number') tell(`story ${String(stories[i])}`, `no count: ${String(count)}`);
    tell('requests', `${number.format(server.requested.length)}, at most ${String(server.mostInside)} at a time`);

    const seen: string[] = [];
    const refreshing = refresh({
      ...means,
      stories: [3],
      everyMs: 20,
      onCounts: ([count]) => {
        seen.push(String(count));
        addComment(tree, 3);
        if (seen.length === 3) refreshing.cancel();
      },
    });
    await wait([refreshing]);
    tell('refreshed', `story 3 has ${seen.join(', then ')} comments`);

    const before = server.aborted.length;
    const [failure] = await Promise.allSettled([countAll(stories, means)]);
    await server.idle();
    tell(
      'first error',
      `${failure.status === 'rejected' ? String(failure.reason) : 'none'}; ${String(server.aborted.length - before)} other requests were aborted`,
    );
  } finally {
    await shield(() => background.drain({ timeoutMs: 1000 }));
    tell('log', `${String(server.logged.length)} lines`);
  }
});
