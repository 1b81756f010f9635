/** What the functions and classes of packages stand in for, whose code is loaded later: see lazy-package.ts. */

/** A stand-in for an export. */
export interface StandIn {
  /** The URL of the module that exports it; in an application's bundle, that of the bundle. */
  readonly module: string;
  readonly name: string;
  /** Loads the package, and returns the export itself. */
  readonly load: () => unknown;
  /** Loads the package, and returns all its exports. */
  readonly loadAll: () => Readonly<Record<string, unknown>>;
  /** Calls `take` with all exports of the package once its code is loaded: at once, if it is. */
  readonly whenLoaded: (take: (exports: Readonly<Record<string, unknown>>) => void) => void;
}

const registryKey = Symbol.for('heddle.standIns');
/** Of all copies of this package in the realm, since a function or class can come from any of them. */
const registry = globalThis as { [registryKey]?: WeakMap<object, StandIn> | undefined };
export const standIns: WeakMap<object, StandIn> = (registry[registryKey] ??= new WeakMap<object, StandIn>());

/** @returns what a function, class or object stands in for; `undefined` for any other value */
export function standInOf(value: object): StandIn | undefined {
  return standIns.get(value);
}
