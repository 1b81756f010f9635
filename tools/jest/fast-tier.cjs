/** Jest's `--filter` of the fast tier: files without a tag. Jest loads a filter with `require()`. */
module.exports = async (/** @type {string[]} */ paths) => {
  const { isFast, tagsOf } = await import('./tags.mjs');
  return { filtered: paths.filter((path) => isFast(tagsOf(path))) };
};
