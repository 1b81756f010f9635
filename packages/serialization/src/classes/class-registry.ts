/**
 * The classes of this realm whose instances travel. The encoder finds a class by prototype, the decoder by id.
 *
 * A class is in the registry because `serializable` was called, or because the encoder met an instance and the class's static symbol
 * methods say how it travels. Other classes that the encoder met are remembered, too, since it looks up every object that is not plain.
 */
import type { FunctionSource } from '../functions/function-descriptor.js';
import { privateNames } from '../functions/private-names.js';
import { isNative, sourceOf } from '../values/built-in-prototype.js';
import { constructorName } from '../values/constructor-name.js';
import { Refusal } from '../values/refusal.js';
import { shared } from '../values/shared.js';
import type { Destination } from '../values/walk.js';

/** A class whose instances are of type `T`. */
export interface ClassOf<T> {
  readonly prototype: T;
}

/** Turns instances into data, and data into instances. */
export interface Codec {
  readonly encode: (instance: never, destination: Destination) => unknown;
  readonly decode: (data: never) => unknown;
}

/** A class as it is named on the wire. */
export interface ClassReference {
  /** The class's id, which is the same on both sides. */
  readonly id: string;
  /** The name in error messages. If there is a module, it is also the name of the export. */
  readonly name: string;
  /** The module to import where the class is not known. */
  readonly module: string | undefined;
  /** Whether instances travel as the data that `encode` returned; otherwise as their fields. */
  readonly isCoded: boolean;
  /** The encoded class itself, from which a receiver that does not know it makes it: see class-code.ts. */
  readonly code?: unknown;
  /** Why the class cannot travel as code. */
  readonly refusal?: string;
  /** Set if the entry is the text of a class in the message, and not the class of an instance. The text's imports have to be loaded first. */
  readonly text?: FunctionSource;
}

/** A class that this realm knows. */
export interface RegisteredClass extends ClassReference {
  readonly Class: ClassOf<object>;
  readonly codec: Codec | undefined;
}

/** The keys of a class's static methods and of its module. They are the same in every copy of the package. */
export const encodeKey: unique symbol = Symbol.for('heddle.encode') as never;
export const decodeKey: unique symbol = Symbol.for('heddle.decode') as never;
export const moduleKey: unique symbol = Symbol.for('heddle.module') as never;

const registry = shared('serializableClasses', () => ({
  byPrototype: new WeakMap<object, RegisteredClass | null>(),
  byId: new Map<string, RegisteredClass>(),
}));

/** Returns the id that names a class on the wire. */
export function classId(name: string, module: string | undefined): string {
  return module === undefined ? name : `${module}#${name}`;
}

export function addClass(registered: RegisteredClass): void {
  registry.byPrototype.set(registered.Class.prototype, registered);
  registry.byId.set(registered.id, registered);
}

export function classById(id: string): RegisteredClass | undefined {
  return registry.byId.get(id);
}

/** Tells whether this class itself was registered, not only one that it extends. */
export function isRegistered(Class: ClassOf<object>): boolean {
  return (registry.byPrototype.get(Class.prototype) ?? undefined) !== undefined;
}

/**
 * Returns the class of the objects with this prototype; `undefined` when its instances do not travel.
 *
 * @throws a refusal when the class's static symbol methods are wrong
 */
export function classOfPrototype(prototype: object): RegisteredClass | undefined {
  const known = registry.byPrototype.get(prototype);
  return known === undefined ? discovered(prototype) : (known ?? undefined);
}

function discovered(prototype: object): RegisteredClass | undefined {
  const Class = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  const isClass = typeof Class === 'function' && Class.prototype === prototype;
  if (!isClass || !(Object.hasOwn(Class, encodeKey) || Object.hasOwn(Class, moduleKey))) {
    registry.byPrototype.set(prototype, null);
    return undefined;
  }
  try {
    const registered = describeClass(Class, undefined, {});
    if (classById(registered.id) !== undefined)
      throw new TypeError(`two classes are named ${registered.name}; register one under another name: serializable(Class, { name })`);
    addClass(registered);
    return registered;
  } catch (problem) {
    throw new Refusal((problem as Error).message);
  }
}

/** The codec in a class's own static methods. Inherited ones belong to another class. */
function ownCodec(Class: object): Codec | undefined {
  if (!Object.hasOwn(Class, encodeKey) && !Object.hasOwn(Class, decodeKey)) return undefined;
  const { [encodeKey]: encode, [decodeKey]: decode } = Class as { [encodeKey]?: unknown; [decodeKey]?: unknown };
  if (typeof encode !== 'function' || typeof decode !== 'function') {
    const name = (Class as { name?: unknown }).name;
    throw new TypeError(
      `serializable: class ${String(name)} needs both static methods, [serializable.encode](instance) and [serializable.decode](data)`,
    );
  }
  return {
    encode: (instance, destination) => encode.call(Class, instance, destination) as unknown,
    decode: (data) => decode.call(Class, data) as unknown,
  };
}

/**
 * Describes a class from its options and its static symbols.
 *
 * @param module - the absolute URL of the class's module; without it, the static symbol's module is used, if there is one
 * @throws TypeError when the class has no name or only half a codec, or when its fields alone do not make an instance
 */
export function describeClass(
  Class: ClassOf<object>,
  module: string | undefined,
  options: { name?: string; codec?: Codec },
): RegisteredClass {
  const { name = (Class as { name?: unknown }).name } = options;
  if (typeof name !== 'string' || name === '') {
    throw new TypeError('serializable: the class has no name, and both sides know it by its name; give one: serializable(Class, { name })');
  }
  const address = module ?? (Object.hasOwn(Class, moduleKey) ? String((Class as { [moduleKey]?: unknown })[moduleKey]) : undefined);
  const codec = options.codec ?? ownCodec(Class);
  if (codec === undefined) checkFields(Class, name);
  return { Class, id: classId(name, address), name, module: address, isCoded: codec !== undefined, codec };
}

const errorClass = /^(?:\w*Error|DOMException)$/;

/** Refuses a class whose instances would arrive broken: their fields alone bring neither private fields nor the contents of a built-in. */
function checkFields(Class: ClassOf<object>, name: string): void {
  const remedy = 'give encode and decode: serializable(Class, { encode, decode })';
  for (
    let prototype = Class.prototype as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const constructor = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
    if (typeof constructor !== 'function') continue;
    if (isNative(constructor)) {
      const builtIn = constructorName(prototype);
      if (constructor === (Class as unknown))
        throw new TypeError(`serializable: ${builtIn} is built in; only classes of your own can be registered`);
      if (builtIn === 'Object' || errorClass.test(builtIn)) return;
      throw new TypeError(`serializable: class ${name} extends ${builtIn}, whose contents are not among its fields; ${remedy}`);
    }
    const [secret] = privateNames(sourceOf(constructor));
    if (secret !== undefined)
      throw new TypeError(`serializable: class ${name} has a private ${secret}, which only its own code can read; ${remedy}`);
  }
}
