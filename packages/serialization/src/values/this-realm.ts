/**
 * Gives values that arrive the built-in classes of this realm.
 *
 * Node makes what arrives with the classes of its own realm. Jest runs tests in a realm of their own (a context of `node:vm`), where such an
 * array is no `instanceof Array` and not strictly equal to one of the test's. A prototype is all that differs. So a value is changed in
 * place, which keeps its identity and its cycles. Errors are not among it, since they travel as records and are made here.
 */
import { types } from 'node:util';
import { builtInName } from './built-in-prototype.js';
import { viewNames } from './view-class.js';

const classNames = [
  'Object',
  'Array',
  'Map',
  'Set',
  'Date',
  'RegExp',
  'Boolean',
  'Number',
  'String',
  'BigInt',
  'ArrayBuffer',
  'SharedArrayBuffer',
  ...viewNames,
];

/** Tells whether Node makes what arrives with the classes of this realm. The first test costs nothing; a runtime may not pass it. */
function isMain(): boolean {
  return types instanceof Object || (typeof structuredClone === 'function' && structuredClone([]) instanceof Array);
}

/** The prototypes of this realm by the names of their classes; `undefined` where values arrive with them, as in most programs. */
const prototypes = isMain()
  ? undefined
  : ownPrototypes(globalThis as unknown as Record<string, { readonly prototype: object } | undefined>);

function ownPrototypes(classes: Readonly<Record<string, { readonly prototype: object } | undefined>>): Map<string, object> {
  return new Map(classNames.flatMap((name) => (classes[name] === undefined ? [] : [[name, classes[name].prototype] as const])));
}

/**
 * Gives a value that has arrived, and all values in it, the built-in classes of this realm, in place. The value must be the receiver's own,
 * as structured clone makes it. {@link decodeValue} does this with what it is given. For authors of executors.
 *
 * @returns the same value
 */
export function inThisRealm<T>(value: T): T {
  if (prototypes !== undefined && isObject(value)) adopt(value, prototypes);
  return value;
}

/** A loop, since a value may be nested deep. The set grows while the loop goes over it. */
function adopt(value: object, own: ReadonlyMap<string, object>): void {
  const found = new Set([value]);
  const add = (part: unknown): void => {
    if (isObject(part)) found.add(part);
  };
  for (const each of found) {
    const prototype = Object.getPrototypeOf(each) as object | null;
    const name = prototype === null ? '' : builtInName(prototype);
    const ours = own.get(name);
    if (ours !== undefined && ours !== prototype) Object.setPrototypeOf(each, ours);
    if (ArrayBuffer.isView(each)) {
      add(each.buffer);
    } else if (types.isMap(each)) {
      for (const [key, item] of each) {
        add(key);
        add(item);
      }
    } else if (types.isSet(each)) {
      for (const item of each) add(item);
    } else if (name === '' || name === 'Object' || name === 'Array') {
      for (const part of Object.values(each)) add(part);
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
