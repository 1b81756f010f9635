/**
 * Fields that hang on an object that is more than its fields: structured clone keeps an array's, and leaves behind those of
 * a Map, a Date, a view and their like. Elements are no fields, and asking for the keys of a view or an array makes a text
 * of each index; so the larger ones are asked in another way first.
 */
import { inspect, types } from 'node:util';
import { Refusal, pathKey } from './refusal.js';

/** Up to here, all keys are asked for: that costs less than the other way. */
const fewElements = 24;
/** The key of the last element, by the length. */
const lastKeys = Array.from({ length: fewElements + 1 }, (_, length) => String(length - 1));

const withoutElements = {
  maxArrayLength: 0,
  depth: 0,
  customInspect: false,
  compact: true,
  breakLength: Infinity,
  maxStringLength: 0,
} as const;
/** What `inspect` makes of an array or a view that has no fields; it reads nothing but the keys that are no indexes. */
const elementsOnly = /^(?:\w+\(\d+\) (?:\[Uint8Array\] )?)?\[(?: \.\.\. \d+ more items? )?\]$/;

/**
 * Whether an array or a view surely has nothing but elements, each of its indexes and enumerable as far as that was asked;
 * false when it has to be looked at. Symbols are not asked for among few elements: that would double the price of each small
 * array, and they stay behind as with structured clone.
 */
export function hasElementsOnly(value: readonly unknown[] | ArrayBufferView, length: number): boolean {
  if (length > fewElements) return elementsOnly.test(inspect(value, withoutElements));
  const keys = Object.keys(value);
  return keys.length === length && (length === 0 || keys[length - 1] === lastKeys[length]);
}

/** The names of an array's own enumerable fields. @throws a refusal of a symbol, and of elements that are not enumerable */
export function arrayFields(value: readonly unknown[]): string[] {
  checkSymbols(value);
  const keys = Object.keys(value);
  const names = keys.filter((key) => !isElement(key));
  const hidden = Object.getOwnPropertyNames(value).length - 1 - keys.length; // `length`
  if (hidden > 0) checkHidden(value);
  return names;
}

/** Structured clone leaves an element behind that is not enumerable. */
function checkHidden(value: readonly unknown[]): void {
  const key = Object.getOwnPropertyNames(value).find((each) => isElement(each) && !Object.prototype.propertyIsEnumerable.call(value, each));
  if (key !== undefined)
    throw at(new Refusal('an element that is not enumerable would be left behind; make it enumerable, or pass [...value]'), Number(key));
}

/** Whether a key is that of an element: the largest index is 2 ** 32 - 2. */
export function isElement(key: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
}

/** Refuses symbols among the keys of what travels by its keys. */
export function checkSymbols(value: object): void {
  const symbols = Object.getOwnPropertySymbols(value);
  if (symbols.length === 0) return;
  const symbol = symbols.find((each) => Object.prototype.propertyIsEnumerable.call(value, each));
  if (symbol === undefined) return; // as with names: what is not enumerable is no part of the data
  throw at(new Refusal(`a field whose key is a symbol would be left behind; pass it under a name`), symbol);
}

/** Refuses fields of a built-in object that travels by its contents: they would be left behind. */
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

/** As {@link checkNoFields}, of an object of Node's, which keeps symbols of its own on it. */
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
