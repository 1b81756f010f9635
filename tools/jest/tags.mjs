/**
 * What a test file says about itself, in a comment at its very beginning, such as `@workers`:
 *
 * | tag        | the file                                          | fast tier | default timeout |
 * | ---------- | ------------------------------------------------- | --------- | --------------- |
 * | none       | needs nothing but this thread                     | yes       | 20 s            |
 * | `@workers` | starts workers, processes or compilers            | no        | 60 s            |
 * | `@slow`    | takes seconds all the same, e.g. collects garbage | no        | 60 s            |
 *
 * The environment sees to it that a file without `@workers` starts none.
 */
import { readFileSync } from 'node:fs';

/** Some of these tests wait for a collection of garbage, which takes a busy machine seconds. */
const FAST_TIMEOUT_MS = 20_000;

/** For a busy machine: a test that waits for an event is done long before. */
const SLOW_TIMEOUT_MS = 60_000;

/**
 * The tags in the text of a test file.
 *
 * @param {string} text
 * @returns {Set<string>}
 */
export function tagsIn(text) {
  const comment = /^\s*\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? '';
  return new Set(Array.from(comment.matchAll(/^[\s/*]*@(\w+)/gm), ([, tag]) => String(tag)));
}

/** @param {string} path */
export const tagsOf = (path) => tagsIn(readFileSync(path, 'utf8'));

/** @param {Set<string>} tags */
export const isFast = (tags) => !tags.has('workers') && !tags.has('slow');

/** @param {Set<string>} tags */
export const timeoutMs = (tags) => (isFast(tags) ? FAST_TIMEOUT_MS : SLOW_TIMEOUT_MS);
