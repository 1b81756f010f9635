/** What a value is to a serializer, whichever realm made it (so: brands, never `instanceof`). */
import { types } from 'node:util';
import { classOfPrototype } from './class-registry.js';
import { constructorName } from './constructor-name.js';

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
  const prototype = prototypeOf(value);
  if (prototype === Object.prototype) return strict && types.isProxy(value) ? 'refused' : 'record';
  if (prototype === Array.prototype && Array.isArray(value)) return strict && types.isProxy(value) ? 'refused' : 'array';
  if (prototype === undefined) return 'refused';
  if (prototype === null) return isPlainAtHeart(value) ? 'bare' : 'refused';
  if (classOfPrototype(prototype) !== undefined) return types.isProxy(value) ? 'refused' : 'instance';
  if (Array.isArray(value)) return (strict && types.isProxy(value)) || isOfSubclass(prototype) ? 'refused' : 'array';
  if (ArrayBuffer.isView(value)) return 'view';
  if (types.isNativeError(value) || isDomException(value)) return 'error';
  if (types.isMap(value)) return isOfSubclass(prototype) ? 'refused' : 'map';
  if (types.isSet(value)) return isOfSubclass(prototype) ? 'refused' : 'set';
  if (types.isDate(value)) return isOfSubclass(prototype) && hasMembers(prototype) ? 'refused' : 'date';
  if (types.isRegExp(value)) return 'regexp';
  if (types.isArrayBuffer(value)) return 'buffer';
  if (types.isSharedArrayBuffer(value)) return 'shared';
  if (types.isBoxedPrimitive(value)) return types.isSymbolObject(value) ? 'facts' : 'boxed';
  if (Object.getPrototypeOf(prototype) === null && isPlainAtHeart(value) && constructorName(value) === 'Object') return 'record';
  if (isMadeOfFacts(value, prototype)) return 'facts';
  if (cloneSymbol !== undefined && cloneSymbol in value) return 'host';
  if (types.isKeyObject(value) || types.isCryptoKey(value) || isWebAssemblyModule(value)) return 'host';
  return 'refused';
}

/** `undefined` for a proxy that doesn't tell: a revoked one. */
function prototypeOf(value: object): object | null | undefined {
  try {
    return Object.getPrototypeOf(value) as object | null;
  } catch (problem) {
    if (types.isProxy(value)) return undefined;
    throw problem;
  }
}

/** Whether it is the prototype of a subclass: that of the built-in, in any realm, is right below that realm's `Object.prototype`. */
function isOfSubclass(prototype: object): boolean {
  const above = Object.getPrototypeOf(prototype) as object | null;
  return above !== null && Object.getPrototypeOf(above) !== null;
}

/** Fake clocks of test tools make dates of a subclass that adds nothing: those may travel. */
function hasMembers(prototype: object): boolean {
  return Reflect.ownKeys(prototype).some((key) => key !== 'constructor');
}

const factsClasses = ['URL', 'URLSearchParams', 'Headers', 'File'] as const;

/** By name first: Node loads what is behind `Headers` when it is first looked at. */
function isMadeOfFacts(value: object, prototype: object): boolean {
  const name = factsClasses.find((each) => each === constructorName(value));
  return name !== undefined && prototype === (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]?.prototype && !types.isProxy(value);
}

/** Records of another realm have a prototype that is nobody's child; proxies and namespaces pose as records. */
function isPlainAtHeart(value: object): boolean {
  return !types.isProxy(value) && !types.isModuleNamespaceObject(value) && !types.isExternal(value);
}

function isDomException(value: object): boolean {
  return value instanceof DOMException;
}

function isWebAssemblyModule(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object WebAssembly.Module]';
}
