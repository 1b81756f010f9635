/** Encodes the members of a class that is written as a function: see function-members.ts. */
import { types } from 'node:util';

import type { AnyFunction } from '../functions/function-descriptor.js';
import type { FunctionMembers, Member } from '../functions/function-members.js';
import { textOf } from '../functions/function-text.js';
import { isRefusal, pathKey } from '../values/refusal.js';

const ofEveryFunction = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

/**
 * Encodes the methods, the static members and the parent of such a class.
 *
 * @param encode - encodes a member; if it throws a refusal, the member's name is added to the path
 * @returns the members; `undefined` when the function is not such a class
 */
export function encodeMembers(fn: AnyFunction, encode: (value: unknown) => unknown): FunctionMembers | undefined {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  // If the class is written with the `class` keyword, its text has the methods.
  if (prototype === undefined || types.isGeneratorFunction(fn) || textOf(fn).startsWith('class')) return undefined;
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  const parent = parentOf(prototype);
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  if (names.length === 0 && parent === undefined) return undefined;
  const members: FunctionMembers = {
    methods: encodeAll(prototype, names, '.prototype', encode),
    statics: encodeAll(
      fn,
      Object.getOwnPropertyNames(fn).filter((name) => !ofEveryFunction.has(name)),
      '',
      encode,
    ),
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
      const member =
        'value' in descriptor
          ? { value: encode(descriptor.value), enumerable }
          : { get: encode(descriptor.get), set: encode(descriptor.set), enumerable };
      Object.defineProperty(members, name, { value: member, enumerable: true, configurable: true, writable: true });
    } catch (problem) {
      if (isRefusal(problem)) problem.keys.push(path + pathKey(name));
      throw problem;
    }
  }
  return members;
}
