import { SerializationError } from '@heddle/futures/errors';

/** One reason why a function can't travel by source. */
export type Obstacle =
  | { readonly kind: 'captured'; readonly name: string }
  /** A name that looks like a global's but is a variable's. */
  | { readonly kind: 'shadowing'; readonly name: string }
  /** Something of the code around it that has no name of its own: `this`, `super`, `#x`, `new.target`, `import.meta`. */
  | { readonly kind: 'outer'; readonly name: string }
  | { readonly kind: 'eval' | 'class' | 'accessor' | 'generator' | 'native' | 'bound' | 'proxy' | 'unplaced' }
  | { readonly kind: 'unreadable'; readonly reason: string };

const MARK = 'put it in a module and mark it with task(import.meta.url, fn)';

const EXPLANATIONS = {
  eval: `it calls eval(), which may use any variable around it: ${MARK}`,
  class: 'it is a class: submit a function that makes the instance',
  accessor: 'it is a getter or setter: submit a function that reads or sets the property',
  generator:
    'it is a generator, and streams of results are not supported yet: return an array, or submit one task per item',
  native: 'it is native code and has no source: wrap it, as in (...args) => Math.max(...args)',
  bound: 'it is a bound function, which hides its source: pass what it is bound to as an argument of a plain function',
  proxy: 'it is a Proxy, whose handlers would stay behind: submit the function itself',
  unplaced: `it calls import(), and from which module can't be found out, so neither can what it means: ${MARK}`,
} as const;

/**
 * The error for a function that can't travel.
 *
 * @param name - the function's name, empty when it has none
 * @param place - `file:line:column`, when it is known
 * @param obstacles - at least one
 */
export function refuseFunction(name: string, place: string | undefined, obstacles: readonly Obstacle[]): SerializationError {
  const who = `${name === '' ? 'an anonymous function' : `function "${name}"`}${place === undefined ? '' : ` (${place})`}`;
  const why = explain(name, obstacles).join('; ');
  const captured = obstacles.find((each) => each.kind === 'captured' || each.kind === 'shadowing');
  return new SerializationError(
    `${who} can't travel to a worker: ${why}`,
    captured === undefined ? undefined : { path: `captured variable "${captured.name}"` },
  );
}

function explain(own: string, obstacles: readonly Obstacle[]): string[] {
  const reasons: string[] = [];
  const outer: string[] = [];
  const captured: string[] = [];
  const shadowing: string[] = [];
  for (const obstacle of obstacles) {
    if (obstacle.kind === 'captured' || obstacle.kind === 'shadowing') captured.push(obstacle.name);
    if (obstacle.kind === 'shadowing') shadowing.push(obstacle.name);
    else if (obstacle.kind === 'outer') outer.push(obstacle.name);
    else if (obstacle.kind === 'unreadable') reasons.push(`its source can't be read (${obstacle.reason}): ${MARK}`);
    else if (obstacle.kind !== 'captured') reasons.push(EXPLANATIONS[obstacle.kind]);
  }
  if (outer.length > 0) {
    reasons.push(`it uses ${listed(outer, '')} of the code around it: pass what it needs as an argument, or ${MARK}`);
  }
  if (captured.length > 0) {
    const note = shadowing.length === 0 ? '' : ` (here not the global ${listed(shadowing)})`;
    reasons.push(
      `it captures ${listed(captured)}${note}: pass ${captured.length === 1 ? 'it as an argument' : 'them as arguments'}, ` +
        `or import() inside the function what can be imported, or ${MARK}${hints(captured, own)}`,
    );
  }
  return reasons;
}

function listed(names: readonly string[], quote = '"'): string {
  const shown = names.slice(0, 8).map((name) => quote + name + quote);
  if (names.length > 8) shown.push(`${names.length - 8} more`);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** Names that stand for something a user would not look for among his own variables. */
const HINTS: readonly (readonly [pattern: RegExp, hint: (name: string) => string])[] = [
  [/^require$/, () => '"require" belongs to a CommonJS module; await import() does the same in a worker'],
  [/^(module|exports)$/, (name) => `"${name}" belongs to a CommonJS module; return the result instead`],
  [/^__(dirname|filename)$/, (name) => `"${name}" belongs to a CommonJS module; pass it as an argument`],
  [/^__name$/, () => '"__name" was put in by esbuild (tsx) to keep function names; turn its keepNames off, or use task()'],
  [/^cov_\w+$/, (name) => `"${name}" was put in by Istanbul to count coverage; exclude the file from coverage, or use task()`],
  [/^(__[a-z]\w+|_(async|ts|object|class)_\w+|tslib_\w+)$/, (name) => `"${name}" may be the compiler's; a newer target needs no helpers`],
];

function hints(names: readonly string[], own: string): string {
  const found = names.flatMap((name) => {
    if (name === own) return [`"${name}" is the function itself: write it as function ${name}() {}, which knows its own name`];
    return HINTS.filter(([pattern]) => pattern.test(name)).slice(0, 1).map(([, hint]) => hint(name));
  });
  return found.length === 0 ? '' : ` (${found.join('; ')})`;
}
