/** What a value is to a serializer, whichever realm made it (so: brands, never `instanceof`). */
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
  /** Without a prototype. */
  | 'bare'
  /** Of a class that is registered. */
  | 'instance'
  /** Of the platform, made anew from a few facts. */
  | 'facts'
  | 'host'
  | 'refused';

// Objects that Node implements in JavaScript and can clone carry this symbol; it is not public, but found on Blob.
const cloneSymbol = Object.getOwnPropertySymbols(Blob.prototype).find((symbol) => symbol.description === 'messaging_clone_symbol');

/**
 * The kind of an object; 'refused' for what structured clone rejects or silently flattens.
 *
 * @param strict - whether to look for proxies of records and arrays too: a dear question, that can be left to
 * structured clone, which refuses them, when the value itself is posted
 */
export function objectKind(value: object, strict: boolean): ObjectKind {
  let prototype: object | null;
  try {
    prototype = Object.getPrototypeOf(value) as object | null;
  } catch (problem) {
    if (types.isProxy(value)) return 'refused'; // a revoked one doesn't tell
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
    return hasContents(value) ? 'refused' : recordKind(value);
  if (isMadeOfFacts(value, prototype)) return 'facts';
  if (cloneSymbol !== undefined && cloneSymbol in value) return Object.hasOwn(prototype, cloneSymbol) ? 'host' : 'refused';
  if (types.isKeyObject(value) || types.isCryptoKey(value) || isWebAssemblyModule(value)) return 'host';
  return 'refused';
}

/** The kinds of built-in objects by the classes that their contents are of. */
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

/** Of which class an object's contents are, whatever its prototype is; `undefined` when it has none that structured clone keeps. */
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

/** The clocks of test tools make dates of a subclass that adds nothing, which say that their class is Date. */
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
 * What has the prototype of a record. Few calls for those that are one; what has no keys has to be asked more:
 * {@link hasContents}.
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
      return 'record'; // it has a symbol of that name, which is refused with its path
  }
  return 'record';
}

/** Whether an object under a record's prototype, or none, holds what its keys don't show. To be asked of a record without keys. */
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

/** By name first: Node loads what is behind `Headers` when it is first looked at. */
function isMadeOfFacts(value: object, prototype: object): boolean {
  const name = factsClasses.find((each) => each === constructorName(value));
  return (
    name !== undefined &&
    prototype === (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]?.prototype &&
    !types.isProxy(value)
  );
}

/** That of another realm, or one that gives them nothing: `querystring` and routers make theirs so. */
function isPrototypeOfRecords(prototype: object): boolean {
  return builtInName(prototype) === 'Object' || Reflect.ownKeys(prototype).length === 0;
}

/** Deno's `node:util` has no test for it. */
function isExternal(value: object): boolean {
  return (types as Partial<typeof types>).isExternal?.(value) === true;
}

/** Proxies and namespaces pose as records. */
function isPlainAtHeart(value: object): boolean {
  return !types.isProxy(value) && !types.isModuleNamespaceObject(value) && !isExternal(value);
}

function isDomException(value: object): boolean {
  return value instanceof DOMException;
}

function isWebAssemblyModule(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object WebAssembly.Module]';
}
