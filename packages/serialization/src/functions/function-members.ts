/**
 * Classes as compilers write them for older targets: a function, with methods that are put on its prototype afterwards. Its text doesn't
 * show them, so they travel beside it. Functions that are not such classes have no members here, whatever else was put on them.
 */
import type { LoadedFunction } from './function-descriptor.js';

/** A member of a class or of its prototype. */
export interface Member {
  readonly value?: unknown;
  readonly get?: unknown;
  readonly set?: unknown;
  readonly enumerable: boolean;
}

/** The members of a class that is a function. */
export interface FunctionMembers {
  readonly methods: Record<string, Member>;
  readonly statics: Record<string, Member>;
  /** The class that it extends. */
  readonly parent?: unknown;
  /** True when it has the parent's static members too. */
  readonly inheritsStatics?: boolean;
}

/** Adds members to a function. @param members - decoded */
export function giveMembers(fn: LoadedFunction, { methods, statics, parent, inheritsStatics }: FunctionMembers): void {
  const prototype = (fn as unknown as { readonly prototype: object }).prototype;
  if (typeof parent === 'function') {
    Object.setPrototypeOf(prototype, parent.prototype as object);
    if (inheritsStatics === true) Object.setPrototypeOf(fn, parent);
  }
  defineAll(prototype, methods);
  defineAll(fn, statics);
}

function defineAll(holder: object, members: Record<string, Member>): void {
  for (const name of Object.keys(members)) {
    const { value, get, set, enumerable } = Object.getOwnPropertyDescriptor(members, name)?.value as Member;
    const accessor =
      get === undefined && set === undefined ? { value, writable: true } : { get: get as () => unknown, set: set as () => void };
    Object.defineProperty(holder, name, { ...accessor, enumerable, configurable: true });
  }
}
