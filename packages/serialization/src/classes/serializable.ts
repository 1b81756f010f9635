import { moduleUrl } from '../functions/module-url.js';
import type { Destination } from '../values/walk.js';
import { cameAsCode } from './class-code.js';
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

/** How instances of a class travel. Both functions, or neither: instances then travel as their own fields. */
export interface SerializableOptions<T, D = unknown> {
  /**
   * What the class is called on both sides. With a module: the name of its export.
   * @defaultValue the class's own name
   */
  name?: string;
  /**
   * Makes data of an instance: anything that can travel, instances of registered classes too. An instance that must not go as
   * far as `destination` is refused by throwing a SerializationError that says why.
   */
  encode?: (instance: T, destination: Destination) => D;
  /** Makes an instance of that data, at once: a promise of one is refused. */
  decode?: (data: D) => T;
}

/** {@link serializable}, and the symbols that name a class's static methods. */
export interface Serializable {
  /** Registers a class under its name; it travels with its instances, unless the other side has registered it too. */
  <C extends ClassOf<object>, D = unknown>(constructor: C, options?: SerializableOptions<C['prototype'], D>): C;
  /** Registers a class as an export of a module, which the other side imports when it meets an instance. */
  <C extends ClassOf<object>, D = unknown>(
    module: string | URL | ImportMeta,
    constructor: C,
    options?: SerializableOptions<C['prototype'], D>,
  ): C;
  /** `static [serializable.encode](instance, destination)` makes data of an instance. `Symbol.for('heddle.encode')`. */
  readonly encode: typeof encodeKey;
  /** `static [serializable.decode](data)` makes an instance of it. `Symbol.for('heddle.decode')`. */
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
  // A module that is loaded again makes its classes anew, as it does its tasks: the last one stands.
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
 * Lets instances of a class travel, and errors of a class of your own arrive as what they are. Where it is registered:
 *
 * - `serializable(import.meta.url, Class)` in the module that exports the class: the other side imports that module when an
 *   instance arrives. Python's pickle does the same for every class.
 * - `serializable(Class)` where the class stands beside the functions that use it, in a program of one file: it travels with its
 *   instances as captured classes do. On both sides (in a module that caller and task load, or in the executor's `initializer`)
 *   when it can't.
 *
 * How it travels: as its own enumerable fields, given to a new object with the class's prototype, the constructor not being
 * called; or as what `encode` makes of it and `decode` takes, which is how private fields travel. Both can be static methods
 * of the class, under {@link Serializable.encode} and {@link Serializable.decode}. A subclass is registered on its own.
 *
 * @returns the class
 * @throws TypeError when it is no class, has no name, is registered already, has only one of `encode` and `decode`, or has
 *   neither though its fields alone don't make an instance (private fields, a built-in's subclass)
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
