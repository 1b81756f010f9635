/**
 * @returns the candidate that the user most likely meant; `undefined` when none is near (more than a third of the letters differ, or more
 *   than two of a short name)
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let limit = Math.max(2, Math.floor(name.length / 3));
  let nearest: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    // When all letters of a short name differ, it is another name and not a slip.
    if (distance > limit || distance >= name.length) continue;
    nearest = candidate;
    limit = distance - 1;
  }
  return nearest;
}

/** Computes Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
