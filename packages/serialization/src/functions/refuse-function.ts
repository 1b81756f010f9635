import { SerializationError } from '@heddle/futures/errors';

/** One reason why a function can't travel by source. */
export type Obstacle =
  /** `module` or `exports` of a CommonJS module. */
  | { readonly kind: 'captured'; readonly name: string }
  /** A variable of the surrounding code that the function assigns to. */
  | { readonly kind: 'written'; readonly name: string }
  /** The name of a function expression around it. */
  | { readonly kind: 'hidden'; readonly name: string }
  /** A part of the surrounding code that has no name of its own: `this`, `super`, `#x`, `new.target`, `import.meta`. */
  | { readonly kind: 'outer'; readonly name: string }
  | { readonly kind: 'eval' | 'class' | 'accessor' | 'generator' | 'native' | 'bound' | 'proxy' | 'unplaced' }
  | { readonly kind: 'unreadable'; readonly reason: string };

const MARK = 'put it in a module and mark it with task(import.meta.url, fn)';

const EXPLANATIONS = {
  eval: `it calls eval(), which may use any variable around it: ${MARK}`,
  class: 'it is a class: submit a function that makes the instance',
  accessor: 'it is a getter or setter: submit a function that reads or sets the property',
  generator: 'it is a generator, whose values come one by one: run it by executor.stream(), or return an array',
  native: 'it is native code, which has no source, and no module of Node exports it: wrap it, as in (...args) => object.method(...args)',
  bound: 'it is a bound function, which hides its source: pass what it is bound to as an argument of a plain function',
  proxy: 'it is a Proxy, whose handlers would stay behind: submit the function itself',
  unplaced: `it calls import(), and from which module can't be found out, so neither can what it means: ${MARK}`,
} as const;

/**
 * Returns the error for a function that can't travel.
 *
 * @param name - the function's name, empty when it has none
 * @param place - `file:line:column`, when it is known
 * @param obstacles - at least one
 */
export function refuseFunction(name: string, place: string | undefined, obstacles: readonly Obstacle[]): SerializationError {
  const who = `${name === '' ? 'an anonymous function' : `function "${name}"`}${place === undefined ? '' : ` (${place})`}`;
  const why = explain(obstacles).join('; ');
  const captured = obstacles.find((each) => each.kind === 'captured' || each.kind === 'written');
  return new SerializationError(
    `${who} can't travel to a worker: ${why}`,
    captured === undefined ? undefined : { path: `captured variable "${captured.name}"` },
  );
}

function explain(obstacles: readonly Obstacle[]): string[] {
  const reasons: string[] = [];
  const named = { captured: [] as string[], written: [] as string[], hidden: [] as string[], outer: [] as string[] };
  for (const obstacle of obstacles) {
    if ('name' in obstacle) named[obstacle.kind].push(obstacle.name);
    else if (obstacle.kind === 'unreadable') reasons.push(`its source can't be read (${obstacle.reason}): ${MARK}`);
    else reasons.push(EXPLANATIONS[obstacle.kind]);
  }
  const { captured, written, hidden, outer } = named;
  if (outer.length > 0) reasons.push(`it uses ${listed(outer, '')} of the code around it: pass what it needs as an argument, or ${MARK}`);
  if (hidden.length > 0)
    reasons.push(
      `it uses ${listed(hidden)}, the name of a function expression around it, which V8 does not show: name it, as in closure(fn, { ${hidden.join(', ')} })`,
    );
  if (written.length > 0)
    reasons.push(`it assigns to ${listed(written)} of the code around it, which would stay as it is there: return the new value instead`);
  if (captured.length > 0)
    reasons.push(`it uses ${listed(captured)} of its CommonJS module, which stays where it is: return the result instead`);
  return reasons;
}

function listed(names: readonly string[], quote = '"'): string {
  const shown = names.slice(0, 8).map((name) => quote + name + quote);
  if (names.length > 8) shown.push(`${names.length - 8} more`);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
