/**
 * Classes that no module exports for the other side, most of all those of a program in one file. They travel as code with the message that
 * has an instance. The receiver registers them under the same name, so that instances can come back.
 */
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { SerializationError } from '@heddle/futures/errors';

import { ensureFunctionEncoder } from '../functions/function-encoder.js';
import { shared } from '../values/shared.js';
import type { Destination } from '../values/walk.js';
import { noteCameAsCode } from './came-as-code.js';
import {
  addClass,
  classId,
  classOfPrototype,
  describeClass,
  type ClassOf,
  type ClassReference,
  type Codec,
  type RegisteredClass,
} from './class-registry.js';
import { knowModule } from './known-modules.js';

/** The parts of a class, which are encoded. */
interface ClassCode {
  readonly Class: ClassOf<object>;
  readonly encode?: Codec['encode'];
  readonly decode?: Codec['decode'];
}

/** Encodes classes. It is installed together with the encoder of functions: see function-encoder.ts. */
type EncodeClass = (code: ClassCode, destination: Destination) => unknown;

const state = shared('classCode', () => ({
  encode: undefined as EncodeClass | undefined,
  /** The encoded classes, as they were when an instance was first sent; an error when one can't travel as code. */
  codes: { thread: new WeakMap<RegisteredClass, unknown>(), process: new WeakMap<RegisteredClass, unknown>() },
  /** Classes that are being encoded, because their captures may lead back to them. */
  encoding: new Set<RegisteredClass>(),
}));

export function installClassEncoder(encode: EncodeClass): void {
  state.encode ??= encode;
}

/** @returns the registration of a class that travels by its name; `undefined` while the class itself is being encoded */
export function registrationOf(fn: object): RegisteredClass | undefined {
  if (types.isProxy(fn)) return undefined;
  const { prototype } = fn as { readonly prototype?: unknown };
  const registered = typeof prototype === 'object' && prototype !== null ? classOfPrototype(prototype) : undefined;
  return registered === undefined || registered.Class !== fn || state.encoding.has(registered) ? undefined : registered;
}

/** @returns how a message names a class: by its module, or with its code when no module can be imported for it */
function classReference(registered: RegisteredClass | ClassReference, destination: Destination): ClassReference {
  if (!('Class' in registered)) return registered;
  const { id, name, module, isCoded } = registered;
  const isOfProgram = module === undefined || module === mainModule();
  const code = isOfProgram ? codeOf(registered, destination) : undefined;
  if (code === undefined) return { id, name, module, isCoded };
  if (code instanceof Error) return { id, name, module, isCoded, refusal: code.message };
  return { id, name, module: undefined, isCoded, code };
}

/** The classes that a message needs. The position of a class is its number in the records. */
export class ClassList {
  readonly #numbers = new Map<ClassReference, number>();

  number(reference: ClassReference): number {
    const number = this.#numbers.get(reference) ?? this.#numbers.size;
    this.#numbers.set(reference, number);
    return number;
  }

  references(destination: Destination): ClassReference[] {
    return [...this.#numbers.keys()].map((each) => {
      const reference = classReference(each, destination);
      if (reference.module !== undefined) knowModule(reference.module);
      return reference;
    });
  }
}

function codeOf(registered: RegisteredClass, destination: Destination): unknown {
  ensureFunctionEncoder(); // it brings that of classes
  const codes = state.codes[destination];
  let code = codes.get(registered);
  if (code === undefined && state.encode !== undefined && !state.encoding.has(registered)) {
    state.encoding.add(registered);
    try {
      const { Class, codec } = registered;
      code = state.encode({ Class, ...(codec === undefined || hasOwnCodec(Class) ? {} : codec) }, destination);
    } catch (problem) {
      code = problem; // It may be registered on both sides.
    } finally {
      state.encoding.delete(registered);
    }
    codes.set(registered, code);
  }
  return code;
}

/** Static methods travel with the class. */
function hasOwnCodec(Class: ClassOf<object>): boolean {
  return Object.hasOwn(Class, Symbol.for('heddle.encode'));
}

/**
 * Makes a class from its code, and registers it.
 *
 * @param decode - decodes the code; it refuses where code is not accepted
 */
export function makeClass({ id, name, code }: ClassReference, decode: (code: unknown) => unknown): RegisteredClass {
  const made = described(name, id, decode(code));
  noteCameAsCode(made);
  addClass(made);
  return made;
}

function described(name: string, id: string, code: unknown): RegisteredClass {
  try {
    const { Class, encode, decode } = code as ClassCode;
    const codec = encode === undefined || decode === undefined ? {} : { codec: { encode, decode } };
    const module = id === classId(name, undefined) ? undefined : id.slice(0, -name.length - 1);
    return describeClass(Class, module, { name, ...codec });
  } catch (cause) {
    throw new SerializationError(
      `class ${name} can't be made of the code that came: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

let main: string | null | undefined;

/** @returns the module that the program was started with; a worker that imported it would run the program again */
function mainModule(): string | undefined {
  if (main === undefined) {
    try {
      main = isMainThread ? pathToFileURL(realpathSync(process.argv[1] ?? '')).href : null;
    } catch {
      main = null;
    }
  }
  return main ?? undefined;
}
