export class SayWhenError extends Error {}

/** Numbers from 0, up to one at which it throws; at -1 it throws first of all. */
export function* throwingItems(total: number, when: number): Generator<number, void> {
  if (when === -1) throw new SayWhenError('somebody said when');
  for (let i = 0; i < total; i++) {
    if (i === when) throw new SayWhenError('somebody said when');
    yield i;
  }
}
