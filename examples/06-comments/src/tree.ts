/** What the API tells of a story or a comment. */
export interface Item {
  readonly id: number;
  /** The answers to it. */
  readonly kids: number[];
}

/** Stories, and comments under them. */
export interface Tree {
  readonly stories: readonly number[];
  readonly items: Map<number, Item>;
}

/** How many comments there are. */
export const commentCount = 5000;

/** Stories that nobody has commented on yet. */
export function plantStories(count: number): Tree {
  const stories = Array.from({ length: count }, (_, i) => i + 1);
  return { stories, items: new Map(stories.map((id) => [id, { id, kids: [] }])) };
}

/** Thirty stories with 5,000 comments under them, the same ones each time. A comment answers any of the items before it. */
export function plantTree(): Tree {
  const tree = plantStories(30);
  let seed = 1;
  for (let i = 0; i < commentCount; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0; // the generator of Numerical Recipes
    addComment(tree, 1 + Math.floor((seed / 2 ** 32) * tree.items.size));
  }
  return tree;
}

/** Adds an answer to a story or a comment, and gives its id. */
export function addComment({ items }: Tree, to: number): number {
  const id = items.size + 1;
  items.set(id, { id, kids: [] });
  items.get(to)?.kids.push(id);
  return id;
}
