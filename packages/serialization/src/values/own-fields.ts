/**
 * Finds the fields of objects that have other contents, too. Structured clone keeps those of an array, and loses those of a Map, a Date, a
 * view and similar objects. Elements are not fields. The keys of an array or a view include a text for each index, so larger ones are
 * first checked in another way.
 */
import { inspect, types } from 'node:util';
import { Refusal, pathKey } from './refusal.js';

/** Up to this many elements, a list of all keys costs less than the other way. */
const fewElements = 24;
/** The keys of the last element, by the length. */
const lastKeys = Array.from({ length: fewElements + 1 }, (_, length) => String(length - 1));

const withoutElements = {
  maxArrayLength: 0,
  depth: 0,
  customInspect: false,
  compact: true,
  breakLength: Infinity,
  maxStringLength: 0,
} as const;
/** The text that `inspect` returns for an array or a view without fields. `inspect` reads only the keys that are not indexes. */
const elementsOnly = /^(?:\w+\(\d+\) (?:\[Uint8Array\] )?)?\[(?: \.\.\. \d+ more items? )?\]$/;

/**
 * Tells whether an array or a view certainly has only elements, one for each index, and enumerable as far as this was checked. If it
 * returns false, the caller has to look at the keys. It does not check few elements for symbols, since this would double the cost of each
 * small array. Such symbols are lost, as by structured clone.
 */
export function hasElementsOnly(value: readonly unknown[] | ArrayBufferView, length: number): boolean {
  if (length > fewElements) return elementsOnly.test(inspect(value, withoutElements));
  const keys = Object.keys(value);
  return keys.length === length && (length === 0 || keys[length - 1] === lastKeys[length]);
}

/** Returns the names of an array's own enumerable fields. @throws a refusal of a symbol, and of elements that are not enumerable */
export function arrayFields(value: readonly unknown[]): string[] {
  checkSymbols(value);
  const keys = Object.keys(value);
  const names = keys.filter((key) => !isElement(key));
  const hidden = Object.getOwnPropertyNames(value).length - 1 - keys.length; // 1 is the key `length`
  if (hidden > 0) checkHidden(value);
  return names;
}

/** Refuses an element that is not enumerable, since structured clone would lose it. */
function checkHidden(value: readonly unknown[]): void {
  const key = Object.getOwnPropertyNames(value).find((each) => isElement(each) && !Object.prototype.propertyIsEnumerable.call(value, each));
  if (key !== undefined)
    throw at(new Refusal('an element that is not enumerable would be left behind; make it enumerable, or pass [...value]'), Number(key));
}

/** Tells whether a key is the index of an element. The largest index is 2 ** 32 - 2. */
export function isElement(key: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

/** Refuses symbols among the keys of an object that travels by its keys. */
export function checkSymbols(value: object): void {
  const symbols = Object.getOwnPropertySymbols(value);
  if (symbols.length === 0) return;
  const symbol = symbols.find((each) => Object.prototype.propertyIsEnumerable.call(value, each));
  if (symbol === undefined) return; // fields that are not enumerable are not part of the data, as with names
  throw at(new Refusal(`a field whose key is a symbol would be left behind; pass it under a name`), symbol);
}

/** Refuses fields of a built-in object that travels by its contents, since they would be lost. */
export function checkNoFields(value: object): void {
  checkSymbols(value);
  if (ArrayBuffer.isView(value)) {
    const { length } = value as { length?: number };
    if (hasElementsOnly(value, length ?? 0)) return;
  }
  const hasElements = ArrayBuffer.isView(value) || types.isStringObject(value);
  const name = Object.keys(value).find((key) => !(hasElements && isElement(key)));
  if (name !== undefined) throw refusedField(value, name);
}

/** As {@link checkNoFields}, for an object of Node's, on which Node itself sets symbols. */
export function checkNoNames(value: object): void {
  const name = Object.keys(value).find((key) => key !== 'constructor');
  if (name !== undefined) throw refusedField(value, name);
}

function refusedField(value: object, name: string): Refusal {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return at(
    new Refusal(
      `a field of a ${kind} would be left behind; pass it beside the ${kind}, e.g. { value, ${/^\w+$/.test(name) ? name : 'field'} }`,
    ),
    name,
  );
}

function at(refusal: Refusal, key: string | number | symbol): Refusal {
  refusal.keys.push(typeof key === 'symbol' ? `[${String(key)}]` : pathKey(key));
  return refusal;
}
