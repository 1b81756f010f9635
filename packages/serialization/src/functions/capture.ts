/**
 * Reads the current values of the variables that a function captures. It tries these sources in turn:
 *
 *   named by closure() ─▶ remembered, when nothing ever assigns to it again ─▶ seen when it was described, just now
 *     ─▶ asked of the inspector (0.1 ms)
 */
import { Refusal } from '../values/refusal.js';
import { closureOf } from './closure.js';
import type { AnyFunction, FunctionSource } from './function-descriptor.js';
import type { FunctionInspector, FunctionLook } from './inspect-function.js';
import { isUninitialised, neverReassigned } from './module-scopes.js';
import { takeRecentLook } from './recent-look.js';
import { readablePath } from './script-position.js';

/** Values of variables that nothing assigns to. `null` for a function that was captured once: only a second time is worth a closer look. */
type Fixed = ReadonlyMap<string, unknown> | null;

/** Reads captures by an inspector of its own. */
export class CaptureReader {
  readonly #inspector: FunctionInspector;
  readonly #fixed = new WeakMap<AnyFunction, Fixed>();

  constructor(inspector: FunctionInspector) {
    this.#inspector = inspector;
  }

  /**
   * Reads the variables that a function captures.
   *
   * @returns the values by name, in the descriptor's order
   * @throws Refusal when a variable cannot be read
   */
  read(fn: AnyFunction, descriptor: FunctionSource): ReadonlyMap<string, unknown> {
    const bound = closureOf(fn);
    const inner = bound?.fn ?? fn;
    const recent = takeRecentLook(inner);
    const fixed = this.#fixed.get(inner);
    const values = new Map<string, unknown>();
    const open: string[] = [];
    for (const name of descriptor.captures) {
      const from = bound?.captures.has(name) === true ? bound.captures : fixed?.has(name) === true ? fixed : undefined;
      values.set(name, from?.get(name));
      if (from === undefined) open.push(name);
    }
    if (open.includes('this')) throw unnamedThis(descriptor);
    if (open.length > 0) this.#fill(values, recent ?? this.#inspector.look(inner, open), inner, open, descriptor, fixed);
    return values;
  }

  #fill(
    values: Map<string, unknown>,
    found: FunctionLook | undefined,
    fn: AnyFunction,
    names: readonly string[],
    descriptor: FunctionSource,
    known: Fixed | undefined,
  ): void {
    if (found === undefined) {
      throw new Refusal(
        `it captures ${names.join(', ')}, which can't be found out here (there is no inspector): ` +
          `name them, as in closure(fn, { ${names.join(', ')} }), pass them as arguments, or put the function in a module and mark it with task(import.meta.url, fn)`,
      );
    }
    for (const name of names) {
      const variable = found.variables.get(name);
      const value = variable?.value;
      // In Node 20, the inspector shows a variable before its declaration as undefined.
      if (variable?.isUninitialised === true || (value === undefined && isUninitialised(descriptor, name)))
        throw uninitialised(name, descriptor);
      values.set(name, value);
    }
    if (known === undefined) {
      this.#fixed.set(fn, null);
    } else if (known === null) {
      const fixed = neverReassigned(descriptor).filter((name) => names.includes(name));
      this.#fixed.set(fn, new Map(fixed.map((name) => [name, values.get(name)])));
    }
  }
}

function unnamedThis(descriptor: FunctionSource): Refusal {
  const refusal = new Refusal(
    'V8 does not show what it is: name it, as in closure(fn, { this: this }), or pass what the function needs of it as an argument',
  );
  refusal.keys.push(captureKey('this', descriptor));
  return refusal;
}

function uninitialised(name: string, descriptor: FunctionSource): Refusal {
  const refusal = new Refusal('it has no value yet: submit after its declaration has run');
  refusal.keys.push(captureKey(name, descriptor));
  return refusal;
}

/** @returns a captured variable as a key in the path of a refusal */
export function captureKey(name: string, { url, line }: FunctionSource): string {
  return `captured ${JSON.stringify(name)}${url === undefined ? '' : ` (${readablePath(url)}:${String(line + 1)})`}`;
}
