/**
 * countAll, countReadable ──submit──▶ countStory ──▶ countComments ──submit──▶ countComments ──submit──▶ ...
 *                                                    fetches one item,         for each of its kids
 *                                                    then awaits its kids
 *
 * All are tasks of one executor. One that awaits its kids has no slot meanwhile: however deep the tree is, no more items are fetched at
 * a time than the executor has slots.
 */
import { background, gather, type Executor } from 'heddle';
import type { Api } from './api.js';

/** What it takes to count. */
export interface Means {
  readonly api: Api;
  /** Its slots bound how much is fetched at a time. */
  readonly executor: Executor;
}

/** How many comments are under an item. When one can't be read, the others are given up. */
async function countComments(id: number, means: Means): Promise<number> {
  const { kids } = await means.api.item(id);
  const below = await gather(kids.map((kid) => means.executor.submit(countComments, kid, means)));
  return below.reduce((sum, each) => sum + each, kids.length);
}

async function logLine(api: Api, line: string): Promise<void> {
  await api.log(line);
}

/** Counts, and has it logged: nobody waits for that, and it goes on when this is cancelled. */
async function countStory(id: number, means: Means): Promise<number> {
  const count = await countComments(id, means);
  background(logLine, means.api, `story ${String(id)}: ${String(count)} comments`);
  return count;
}

/**
 * How many comments each story has. The first error ends it: when it throws, what was under way has been aborted, and nothing is
 * fetched any more.
 *
 * @throws HttpError, TimeoutError
 */
export async function countAll(stories: readonly number[], means: Means): Promise<number[]> {
  return await gather(stories.map((id) => means.executor.submit(countStory, id, means)));
}

/** How many comments each story has; in the place of a story that can't be read as a whole is the error. */
export async function countReadable(stories: readonly number[], means: Means): Promise<(number | Error)[]> {
  return await gather(
    stories.map((id) => means.executor.submit(countStory, id, means)),
    { returnExceptions: true },
  );
}
