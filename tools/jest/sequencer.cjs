/**
 * Long test files first, so that no process is left with one of them at the end. Jest takes the times of files from its cache. A new
 * clone has none, and there the largest files would be first, which are not the longest: the files' tags tell more. Slow files make much
 * garbage: they come before a process holds the modules of many others, when they take a tenth of the time.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

module.exports = class LongestFirst extends Sequencer {
  async sort(/** @type {{ path: string, duration?: number }[]} */ tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    const { tagsOf } = await import('./tags.mjs');
    const ranks = new Map(sorted.map(({ path }) => [path, rank(path, tagsOf(path))]));
    return sorted.sort((a, b) => (ranks.get(b.path) ?? 0) - (ranks.get(a.path) ?? 0));
  }
};

/** @param {string} path @param {Set<string>} tags */
function rank(path, tags) {
  if (tags.has('slow')) return 3;
  if (path.includes('conformance.test.')) return 2;
  return tags.has('workers') ? 1 : 0;
}
