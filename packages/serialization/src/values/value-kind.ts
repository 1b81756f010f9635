/** Tells how a serializer has to treat a value, whichever realm made it. So it tests brands, and never uses `instanceof`. */
import { types } from 'node:util';
import { classOfPrototype } from '../classes/class-registry.js';
import { builtInName } from './built-in-prototype.js';
import { constructorName } from './constructor-name.js';
import { viewName } from './view-class.js';

export type ObjectKind =
  | 'array'
  | 'record'
  | 'map'
  | 'set'
  | 'error'
  | 'view'
  | 'buffer'
  | 'shared'
  | 'date'
  | 'regexp'
  | 'boxed'
  /** An object without a prototype. */
  | 'bare'
  /** An instance of a registered class. */
  | 'instance'
  /** A platform object, rebuilt from a few facts. */
  | 'facts'
  | 'host'
  | 'refused';

// Objects that Node implements in JavaScript and can clone carry this symbol. It is not public, but can be read from Blob.
const cloneSymbol = Object.getOwnPropertySymbols(Blob.prototype).find((symbol) => symbol.description === 'messaging_clone_symbol');

/**
 * Returns the kind of an object; 'refused' when structured clone rejects it, or flattens it without an error.
 *
 * @param strict - true detects proxies of records and arrays too, which is slow. When the value itself is posted, structured clone refuses
 *   them anyway
 */
export function objectKind(value: object, strict: boolean): ObjectKind {
  let prototype: object | null;
  try {
    prototype = Object.getPrototypeOf(value) as object | null;
  } catch (problem) {
    if (types.isProxy(value)) return 'refused'; // A revoked proxy.
    throw problem;
  }
  if (prototype === Object.prototype) return strict && types.isProxy(value) ? 'refused' : recordKind(value);
  if (prototype === Array.prototype && Array.isArray(value)) return strict && types.isProxy(value) ? 'refused' : 'array';
  if (prototype === null)
    return isPlainAtHeart(value) && !hasContents(value) && !(Symbol.asyncIterator in value) ? 'bare' : brandless(value);
  if (classOfPrototype(prototype) !== undefined) return types.isProxy(value) ? 'refused' : 'instance';
  if (ArrayBuffer.isView(value)) return isPlainView(value, prototype) ? 'view' : 'refused';
  if (types.isNativeError(value) || isDomException(value)) return 'error';
  const brand = brandOf(value);
  if (brand === 'Date' && isClockDate(value, prototype)) return 'date';
  if (brand !== undefined) return builtInName(prototype) === brand && !(strict && types.isProxy(value)) ? kinds[brand] : 'refused';
  if (Object.getPrototypeOf(prototype) === null && isPlainAtHeart(value) && isPrototypeOfRecords(prototype))
    return hasContents(value) || hidesContents(value, prototype) ? 'refused' : recordKind(value);
  if (isMadeOfFacts(value, prototype)) return 'facts';
  if (cloneSymbol !== undefined && cloneSymbol in value) return Object.hasOwn(prototype, cloneSymbol) ? 'host' : 'refused';
  if (types.isKeyObject(value) || types.isCryptoKey(value) || isWebAssemblyModule(value)) return 'host';
  return 'refused';
}

/** The kinds of built-in objects by the classes of their contents. */
const kinds = {
  Array: 'array',
  Map: 'map',
  Set: 'set',
  Date: 'date',
  RegExp: 'regexp',
  ArrayBuffer: 'buffer',
  SharedArrayBuffer: 'shared',
  Number: 'boxed',
  String: 'boxed',
  Boolean: 'boxed',
  BigInt: 'boxed',
  Symbol: 'facts',
} as const;

/** @returns the class of an object's contents, whatever its prototype is; `undefined` when structured clone keeps no contents of it */
function brandOf(value: object): keyof typeof kinds | undefined {
  if (Array.isArray(value)) return 'Array';
  if (types.isMap(value)) return 'Map';
  if (types.isSet(value)) return 'Set';
  if (types.isDate(value)) return 'Date';
  if (types.isRegExp(value)) return 'RegExp';
  if (types.isArrayBuffer(value)) return 'ArrayBuffer';
  if (types.isSharedArrayBuffer(value)) return 'SharedArrayBuffer';
  if (!types.isBoxedPrimitive(value)) return undefined;
  if (types.isNumberObject(value)) return 'Number';
  if (types.isStringObject(value)) return 'String';
  if (types.isBooleanObject(value)) return 'Boolean';
  return types.isSymbolObject(value) ? 'Symbol' : 'BigInt';
}

/** The clocks of test tools make dates of a subclass that adds nothing, and whose own `constructor` property is Date. */
function isClockDate(value: object, prototype: object): boolean {
  if (prototype === Date.prototype) return true;
  const constructor = Object.getOwnPropertyDescriptor(value, 'constructor')?.value as unknown;
  return (
    typeof constructor === 'function' && builtInName(constructor.prototype as object) === 'Date' && Reflect.ownKeys(prototype).length === 1
  );
}

function isPlainView(value: ArrayBufferView, prototype: object): boolean {
  if (prototype === Buffer.prototype) return true;
  return builtInName(prototype) === viewName(value);
}

/**
 * @returns the kind of an object with the prototype of a record. It makes few calls for records, which are the most. An object without keys
 *   needs a further check: {@link hasContents}.
 */
function recordKind(value: object): ObjectKind {
  if (ArrayBuffer.isView(value) || Symbol.asyncIterator in value) return 'refused';
  switch (Object.prototype.toString.call(value)) {
    case '[object Object]':
      break;
    case '[object Error]':
      return 'error';
    case '[object Array]':
    case '[object Date]':
    case '[object RegExp]':
    case '[object Arguments]':
    case '[object Number]':
    case '[object String]':
    case '[object Boolean]':
      return 'refused';
    default:
      return 'record'; // It has a symbol of that name, which is refused with its path.
  }
  return 'record';
}

/** Tells whether an object with a record's prototype, or none, has contents that its keys don't show. Only for objects without keys. */
export function hasContents(value: object): boolean {
  return (
    brandOf(value) !== undefined ||
    ArrayBuffer.isView(value) ||
    types.isNativeError(value) ||
    types.isPromise(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isGeneratorObject(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isArgumentsObject(value) ||
    isExternal(value)
  );
}

function brandless(value: object): ObjectKind {
  return types.isNativeError(value) ? 'error' : 'refused';
}

const factsClasses = ['URL', 'URLSearchParams', 'Headers', 'File'] as const;

/** Compares names first, because Node loads the module behind `Headers` at the first access. */
function isMadeOfFacts(value: object, prototype: object): boolean {
  const name = factsClasses.find((each) => each === constructorName(value));
  return (
    name !== undefined &&
    prototype === (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]?.prototype &&
    !types.isProxy(value)
  );
}

/** Tells whether a prototype is that of records in another realm, or is empty, as `querystring` and routers make theirs. */
function isPrototypeOfRecords(prototype: object): boolean {
  return builtInName(prototype) === 'Object' || Reflect.ownKeys(prototype).length === 0;
}

/**
 * Tells whether an object over an empty prototype is one of Node's own, such as a URL. No test shows their contents. Node 22 and later
 * refuse to clone them, where Node 20 makes an empty record. Only objects without keys are tried: cloning others may take long.
 */
function hidesContents(value: object, prototype: object): boolean {
  if (Object.keys(value).length > 0 || Reflect.ownKeys(prototype).length > 0) return false;
  try {
    structuredClone(value);
    return false;
  } catch {
    return true;
  }
}

/** Deno's `node:util` has no test for it. */
function isExternal(value: object): boolean {
  return (types as Partial<typeof types>).isExternal?.(value) === true;
}

/** Excludes proxies and namespaces, which look like records. */
function isPlainAtHeart(value: object): boolean {
  return !types.isProxy(value) && !types.isModuleNamespaceObject(value) && !isExternal(value);
}

function isDomException(value: object): boolean {
  return value instanceof DOMException;
}

function isWebAssemblyModule(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object WebAssembly.Module]';
}
