/** Encodes values that are rebuilt from a few facts: symbols, and platform objects that structured clone does not know. */
import { SerializationError } from '@heddle/futures/errors';
import { marker } from './marker.js';
import type { FactsRecord } from './records.js';
import { Refusal } from './refusal.js';

/** The names of the symbols that every realm has, such as `iterator`. */
const wellKnown = new Map<symbol, string>();
for (const name of Object.getOwnPropertyNames(Symbol)) {
  const value = (Symbol as unknown as Record<string, unknown>)[name];
  if (typeof value === 'symbol') wellKnown.set(value, name);
}

/** @returns the record of a symbol. @throws a refusal of a symbol that exists only in the code that made it */
export function symbolRecord(symbol: symbol): FactsRecord {
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return { [marker]: 'symbol', isRegistered: true, name: key };
  const name = wellKnown.get(symbol);
  if (name !== undefined) return { [marker]: 'symbol', isRegistered: false, name };
  throw new Refusal(`a symbol (${String(symbol)}) can't travel; pass a string, or register it: Symbol.for(name)`);
}

/** @returns the record of an object. @param value - an object of kind 'facts' */
export function factsRecord(value: object): FactsRecord {
  switch (factsName(value)) {
    case 'Symbol':
      return { [marker]: 'boxed symbol', symbol: symbolRecord((value as { valueOf(): symbol }).valueOf()) };
    case 'URL':
      return { [marker]: 'URL', text: (value as URL).href };
    case 'URLSearchParams':
      return { [marker]: 'URLSearchParams', text: (value as URLSearchParams).toString() };
    case 'Headers':
      return { [marker]: 'Headers', entries: [...(value as Headers)] };
    default: {
      const file = value as File;
      return { [marker]: 'File', blob: file.slice(0, file.size, file.type), name: file.name, lastModified: file.lastModified };
    }
  }
}

function factsName(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function wellKnownSymbol(name: string): symbol {
  const found = (Symbol as unknown as Record<string, unknown>)[name];
  if (typeof found !== 'symbol') throw new SerializationError(`there is no Symbol.${name} here`);
  return found;
}

/** Rebuilds the value of a record. @throws SerializationError for a record of an unknown kind */
export function fromFacts(record: FactsRecord): unknown {
  switch (record[marker]) {
    case 'symbol':
      return record.isRegistered ? Symbol.for(record.name) : wellKnownSymbol(record.name);
    case 'boxed symbol':
      return Object(fromFacts(record.symbol as FactsRecord));
    case 'Buffer':
      return Buffer.from(record.bytes.buffer, record.bytes.byteOffset, record.bytes.byteLength);
    case 'URL':
      return new URL(record.text);
    case 'URLSearchParams':
      return new URLSearchParams(record.text);
    case 'Headers':
      return new Headers(record.entries);
    case 'File':
      return new File([record.blob], record.name, { type: record.blob.type, lastModified: record.lastModified });
    default:
      throw new SerializationError(`a record of an unknown kind arrived: ${JSON.stringify((record as { [marker]: unknown })[marker])}`);
  }
}
