import { moduleUrl } from '../functions/module-url.js';
import type { Destination } from '../values/walk.js';
import { cameAsCode } from './came-as-code.js';
import {
  addClass,
  classById,
  decodeKey,
  describeClass,
  encodeKey,
  isRegistered,
  moduleKey,
  type ClassOf,
  type Codec,
} from './class-registry.js';
import { knowModule } from './known-modules.js';

/** How instances of a class travel. Give both functions or neither. Without them, instances travel as their own fields. */
export interface SerializableOptions<T, D = unknown> {
  /**
   * The name of the class on both sides. With a module, it is the name of the export.
   * @defaultValue the class's own name
   */
  name?: string;
  /**
   * Returns the data of an instance. It may be anything that can travel, instances of registered classes included. To refuse an
   * instance that must not go as far as `destination`, throw a SerializationError that says why.
   */
  encode?: (instance: T, destination: Destination) => D;
  /** Makes an instance from that data. It must be synchronous: a promise is refused. */
  decode?: (data: D) => T;
}

/** The type of {@link serializable}: the function, and the symbols of a class's static methods. */
export interface Serializable {
  /** Registers a class under its name. The class travels with its instances, unless the other side has registered it, too. */
  <C extends ClassOf<object>, D = unknown>(constructor: C, options?: SerializableOptions<C['prototype'], D>): C;
  /** Registers a class as an export of a module. The other side imports the module when an instance arrives. */
  <C extends ClassOf<object>, D = unknown>(
    module: string | URL | ImportMeta,
    constructor: C,
    options?: SerializableOptions<C['prototype'], D>,
  ): C;
  /** `static [serializable.encode](instance, destination)` returns the data of an instance. `Symbol.for('heddle.encode')`. */
  readonly encode: typeof encodeKey;
  /** `static [serializable.decode](data)` makes an instance from it. `Symbol.for('heddle.decode')`. */
  readonly decode: typeof decodeKey;
  /** `static [serializable.module] = import.meta.url` names the module that exports the class. `Symbol.for('heddle.module')`. */
  readonly module: typeof moduleKey;
}

function register(...given: unknown[]): unknown {
  const [module, Class, options = {}] = typeof given[0] === 'function' ? [undefined, given[0], given[1]] : given;
  if (typeof Class !== 'function' || typeof Class.prototype !== 'object' || Class.prototype === null) {
    throw new TypeError(
      `serializable: expected a class, got ${Class === null ? 'null' : typeof Class}; write serializable(Class, options) or serializable(import.meta.url, Class, options)`,
    );
  }
  const url = module === undefined ? undefined : moduleUrl(module, 'serializable');
  if (url !== undefined) knowModule(url);
  const constructor = Class as unknown as ClassOf<object>;
  const { name, encode, decode } = checkOptions(options);
  const codec = encode === undefined || decode === undefined ? {} : { codec: { encode, decode } as Codec };
  const registered = describeClass(constructor, url, { ...(name === undefined ? {} : { name }), ...codec });
  if (isRegistered(constructor))
    throw new TypeError(`serializable: class ${registered.name} is registered already; register it once, where it is defined`);
  // A module that is loaded again makes its classes again, as it does its tasks. The last class counts.
  const known = classById(registered.id);
  if (registered.module === undefined && known !== undefined && !cameAsCode(known)) {
    throw new TypeError(
      `serializable: another class is registered as "${registered.name}"; give this one a name of its own: serializable(Class, { name })`,
    );
  }
  addClass(registered);
  return Class;
}

function checkOptions(options: unknown): { name?: string; encode?: unknown; decode?: unknown } {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`serializable: options must be an object, got ${options === null ? 'null' : typeof options}`);
  const { name, encode, decode } = options as { name?: unknown; encode?: unknown; decode?: unknown };
  if (name !== undefined && typeof name !== 'string') throw new TypeError(`serializable: name must be a string, got ${typeof name}`);
  for (const [key, value] of Object.entries({ encode, decode })) {
    if (value !== undefined && typeof value !== 'function')
      throw new TypeError(`serializable: ${key} must be a function, got ${typeof value}`);
  }
  if ((encode === undefined) !== (decode === undefined)) {
    throw new TypeError(
      `serializable: ${encode === undefined ? 'decode' : 'encode'} needs its counterpart; give both, or neither: instances then travel as their own fields`,
    );
  }
  return { ...(name === undefined ? {} : { name }), encode, decode };
}

/**
 * Registers a class, so that its instances travel, and errors of the class arrive with their class. There are two ways:
 *
 * - `serializable(import.meta.url, Class)` in the module that exports the class. The other side imports that module when an
 *   instance arrives. Python's pickle does the same for every class.
 * - `serializable(Class)` in a program of one file, where the class is beside the functions that use it. The class travels with its
 *   instances, as captured classes do. If it cannot travel, register it on both sides: in a module that caller and task load, or
 *   in the executor's `initializer`.
 *
 * Without `encode` and `decode`, an instance travels as its own enumerable fields. They are set on a new object with the class's
 * prototype, and the constructor is not called. With them, it travels as the data that `encode` returns, which is how private fields
 * travel. Both can be static methods of the class, under {@link Serializable.encode} and {@link Serializable.decode}. Register each
 * subclass separately.
 *
 * @returns the class
 * @throws TypeError when the argument is not a class, has no name, is registered already, or has only one of `encode` and `decode`
 * @throws TypeError when it has neither of them and its fields alone do not make an instance (private fields, a built-in's subclass)
 * @example
 * ```ts
 * import { serializable } from '@heddle/serialization';
 *
 * export class Money {
 *   readonly #cents: bigint;
 *   constructor(cents: bigint) {
 *     this.#cents = cents;
 *   }
 *   static [serializable.encode](money: Money): bigint {
 *     return money.#cents;
 *   }
 *   static [serializable.decode](cents: bigint): Money {
 *     return new Money(cents);
 *   }
 * }
 * serializable(import.meta.url, Money);
 * ```
 */
export const serializable: Serializable = Object.assign(register, {
  encode: encodeKey,
  decode: decodeKey,
  module: moduleKey,
}) as unknown as Serializable;
