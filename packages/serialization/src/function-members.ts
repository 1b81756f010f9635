/**
 * Classes as older targets of compilers write them: a function, whose methods are put on its prototype afterwards. Its text says
 * nothing of them, so they travel beside it. Functions that are not such classes have none, whatever else was put on them.
 */
import { types } from 'node:util';

import type { AnyFunction, LoadedFunction } from './function-descriptor.js';
import { isRefusal, pathKey } from './refusal.js';

interface Member {
  readonly value?: unknown;
  readonly get?: unknown;
  readonly set?: unknown;
  readonly enumerable: boolean;
}

/** What hangs on a class that is a function. */
export interface FunctionMembers {
  readonly methods: Record<string, Member>;
  readonly statics: Record<string, Member>;
  /** The class that it extends. */
  readonly parent?: unknown;
  /** Whether it has the parent's static members too. */
  readonly inheritsStatics?: boolean;
}

const ofEveryFunction = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

/**
 * @param encode - encodes a member; a refusal it throws gets the member's name
 * @returns `undefined` when it is no such class
 */
export function encodeMembers(fn: AnyFunction, encode: (value: unknown) => unknown): FunctionMembers | undefined {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  // The text of what is written as a class has its methods.
  if (prototype === undefined || types.isGeneratorFunction(fn) || Function.prototype.toString.call(fn).startsWith('class')) return undefined;
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  const parent = parentOf(prototype);
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  if (names.length === 0 && parent === undefined) return undefined;
  const members: FunctionMembers = {
    methods: encodeAll(prototype, names, '.prototype', encode),
    statics: encodeAll(fn, Object.getOwnPropertyNames(fn).filter((name) => !ofEveryFunction.has(name)), '', encode),
  };
  if (parent === undefined) return members;
  return { ...members, parent: encode(parent), inheritsStatics: Object.getPrototypeOf(fn) === parent };
}

function parentOf(prototype: object): unknown {
  const above = Object.getPrototypeOf(prototype) as object | null;
  if (above === null || Object.getPrototypeOf(above) === null) return undefined;
  const constructor: unknown = Object.getOwnPropertyDescriptor(above, 'constructor')?.value;
  return typeof constructor === 'function' && constructor.prototype === above ? constructor : undefined;
}

function encodeAll(holder: object, names: readonly string[], path: string, encode: (value: unknown) => unknown): Record<string, Member> {
  const members: Record<string, Member> = {};
  for (const name of names) {
    const descriptor: Member = { enumerable: false, ...Object.getOwnPropertyDescriptor(holder, name) };
    const { enumerable } = descriptor;
    try {
      const member = 'value' in descriptor ? { value: encode(descriptor.value), enumerable } : { get: encode(descriptor.get), set: encode(descriptor.set), enumerable };
      Object.defineProperty(members, name, { value: member, enumerable: true, configurable: true, writable: true });
    } catch (problem) {
      if (isRefusal(problem)) problem.keys.push(path + pathKey(name));
      throw problem;
    }
  }
  return members;
}

/** @param members - decoded */
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
    const accessor = get === undefined && set === undefined ? { value, writable: true } : { get: get as () => unknown, set: set as () => void };
    Object.defineProperty(holder, name, { ...accessor, enumerable, configurable: true });
  }
}
