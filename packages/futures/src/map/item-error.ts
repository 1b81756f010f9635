/** The lines that maps have added to a stack, the innermost first. */
const notes = /\n {4}--- item \d+ of a map ---/g;
/** A stack has at most this many such lines. More come when an error is thrown again and again: the last line is then replaced. */
const mostNotes = 3;

/** The indexes that maps have set in this copy. They identify an error that is thrown again and whose stack was rewritten since. */
const given = new WeakMap<object, number>();

/**
 * Records in an error which item of a map ended in it: in its `index`, and at the end of its stack. A value that is not an error, is frozen,
 * or has an `index` of its own is not changed. For authors of executors.
 *
 * @param index - the item's index among all items of the map; `undefined` when the error does not belong to a single item
 */
export function addItem(error: unknown, index: number | undefined): void {
  if (index === undefined || typeof error !== 'object' || error === null) return;
  // Any value can be thrown, and its getters can throw in turn.
  try {
    const { stack } = error as { readonly stack?: unknown };
    if (typeof stack !== 'string') return;
    const own = Object.getOwnPropertyDescriptor(error, 'index');
    // The stack shows whether a map within the task has set the index. Its line stays, and `index` becomes that of this map's item.
    if (own !== undefined && given.get(error) !== own.value && !stack.includes(textOf(own.value))) return;
    if (!Reflect.defineProperty(error, 'index', { value: index, configurable: true, writable: true, enumerable: true })) return;
    given.set(error, index);
    const last = (stack.match(notes) ?? []).at(mostNotes - 1);
    const before = last === undefined ? stack : stack.replace(last, '');
    Reflect.defineProperty(error, 'stack', { value: before + textOf(index), configurable: true, writable: true, enumerable: false });
  } catch {
    // the error is not changed
  }
}

function textOf(index: unknown): string {
  return `\n    --- item ${String(index)} of a map ---`;
}
