import type { Tree } from '../tree.js';

/** How many comments each story has, counted from below: by going up from each comment to its story. */
export function countsByParents({ stories, items }: Tree): number[] {
  const parents = new Map([...items.values()].flatMap(({ id, kids }) => kids.map((kid) => [kid, id])));
  const counts = new Map<number, number>();
  for (const comment of parents.keys()) {
    let top = comment;
    for (let above = parents.get(top); above !== undefined; above = parents.get(top)) top = above;
    counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  return stories.map((id) => counts.get(id) ?? 0);
}
