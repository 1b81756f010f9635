/** The lines that maps have added to a stack, the innermost first. */
const notes = /\n {4}--- item \d+ of a map ---/g;
/** More maps than that are one error in several, or the same error again and again: the last is told. */
const mostNotes = 3;

/** The indexes that maps have given here: of an error that is thrown again, whose stack was written anew since. */
const given = new WeakMap<object, number>();

/**
 * Says of an error that an item of a map ended in it: in its `index`, and at the end of its stack. What is no error, is frozen, or has
 * an `index` of its own is left as it is. For authors of executors.
 *
 * @param index - of the item among all of the map; `undefined`: it is not of a single item
 */
export function addItem(error: unknown, index: number | undefined): void {
  if (index === undefined || typeof error !== 'object' || error === null) return;
  // Anything can be thrown, and its getters can throw in turn.
  try {
    const { stack } = error as { readonly stack?: unknown };
    if (typeof stack !== 'string') return;
    const own = Object.getOwnPropertyDescriptor(error, 'index');
    // One that a map within the task has said is told by the stack, which it travels with: the outer item is what this map's reader knows.
    if (own !== undefined && given.get(error) !== own.value && !stack.includes(textOf(own.value))) return;
    if (!Reflect.defineProperty(error, 'index', { value: index, configurable: true, writable: true, enumerable: true })) return;
    given.set(error, index);
    const last = (stack.match(notes) ?? []).at(mostNotes - 1);
    const before = last === undefined ? stack : stack.replace(last, '');
    Reflect.defineProperty(error, 'stack', { value: before + textOf(index), configurable: true, writable: true, enumerable: false });
  } catch {
    // it stays as it is
  }
}

function textOf(index: unknown): string {
  return `\n    --- item ${String(index)} of a map ---`;
}
