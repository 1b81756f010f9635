/** What a value is to a serializer, whichever realm made it (so: brands, never `instanceof`). */
import { types } from 'node:util';

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
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype) return strict && types.isProxy(value) ? 'refused' : 'record';
  if (Array.isArray(value)) return strict && types.isProxy(value) ? 'refused' : 'array';
  if (prototype === null) return isPlainAtHeart(value) ? 'record' : 'refused';
  if (ArrayBuffer.isView(value)) return 'view';
  if (types.isNativeError(value) || isDomException(value)) return 'error';
  if (types.isMap(value)) return 'map';
  if (types.isSet(value)) return 'set';
  if (types.isDate(value)) return 'date';
  if (types.isRegExp(value)) return 'regexp';
  if (types.isArrayBuffer(value)) return 'buffer';
  if (types.isSharedArrayBuffer(value)) return 'shared';
  if (types.isBoxedPrimitive(value)) return types.isSymbolObject(value) ? 'refused' : 'boxed';
  if (Object.getPrototypeOf(prototype) === null && isPlainAtHeart(value) && constructorName(value) === 'Object') return 'record';
  if (cloneSymbol !== undefined && cloneSymbol in value) return 'host';
  if (types.isKeyObject(value) || types.isCryptoKey(value) || isWebAssemblyModule(value)) return 'host';
  return 'refused';
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

/** The name of a value's class; '' when there is none. */
export function constructorName(value: object): string {
  try {
    const { constructor } = value as { constructor?: { name?: unknown } };
    return typeof constructor === 'function' && typeof constructor.name === 'string' ? constructor.name : '';
  } catch {
    return '';
  }
}
