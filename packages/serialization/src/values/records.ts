/**
 * Records: plain objects with a marker that replace the values that structured clone would lose. The decoder finds them in any tree.
 * The record of an error is in encode-error.ts.
 */
import type { CallerObjectRecord } from '../caller-objects/caller-object.js';
import type { ClassReference } from '../classes/class-registry.js';
import type { FunctionRecord, GlobalRecord, PerWorkerRecord } from '../functions/function-record.js';
import type { ErrorRecord } from './encode-error.js';
import { marker } from './marker.js';

/** A plain object of the user that has the marker key itself. */
export interface EscapedRecord {
  readonly [marker]: 'record';
  readonly value: Record<string, unknown>;
}

/** An object without a prototype. */
export interface BareRecord {
  readonly [marker]: 'bare';
  readonly value: Record<string, unknown>;
}

/** An array with many holes, on the way to a process: its elements by their indexes. */
export interface SparseRecord {
  readonly [marker]: 'sparse';
  readonly length: number;
  readonly indexes: number[];
  readonly items: unknown[];
  /** The fields that the array has besides its elements. */
  fields?: Record<string, unknown>;
}

/** An ArrayBuffer without a view, on the way to a process. */
export interface BufferRecord {
  readonly [marker]: 'buffer';
  readonly bytes: Uint8Array;
  /** The maximum size of a resizable buffer, in bytes. */
  readonly maxByteLength?: number;
}

/** A view of a resizable buffer, on the way to a process. */
export interface ViewRecord {
  readonly [marker]: 'view';
  /** The name of a typed array's class, or 'DataView'. */
  readonly class: string;
  readonly buffer: BufferRecord;
  /** The offset in bytes. */
  readonly offset: number;
  /** The length in elements, for a DataView in bytes; `undefined` when the view follows the size of its buffer. */
  readonly length: number | undefined;
}

/** An instance of a class of the message's {@link ClassesRecord}, by its number there. */
export interface InstanceRecord {
  readonly [marker]: 'instance';
  readonly class: number;
  /** The fields of an instance whose class has no codec. */
  readonly fields?: Record<string, unknown>;
  /** The data that the class's `encode` returned. */
  data?: unknown;
}

/** A class itself as a value, by its number in the message's {@link ClassesRecord}. */
export interface ClassRecord {
  readonly [marker]: 'class';
  readonly class: number;
}

/** Wraps a value, or the first of the arguments: the list of the classes of all instances in it. */
export interface ClassesRecord {
  readonly [marker]: 'classes';
  readonly classes: readonly ClassReference[];
  readonly value: unknown;
}

/** A platform object or a symbol, which is rebuilt from a few facts. */
export type FactsRecord =
  | { readonly [marker]: 'symbol'; readonly isRegistered: boolean; readonly name: string }
  | { readonly [marker]: 'boxed symbol'; readonly symbol: unknown }
  | { readonly [marker]: 'Buffer'; readonly bytes: Uint8Array }
  | { readonly [marker]: 'URL'; readonly text: string }
  | { readonly [marker]: 'URLSearchParams'; readonly text: string }
  | { readonly [marker]: 'Headers'; readonly entries: [string, string][] }
  | { readonly [marker]: 'File'; readonly blob: Blob; readonly name: string; readonly lastModified: number };

export type AnyRecord =
  | ErrorRecord
  | EscapedRecord
  | BareRecord
  | SparseRecord
  | BufferRecord
  | ViewRecord
  | InstanceRecord
  | ClassRecord
  | ClassesRecord
  | FactsRecord
  | FunctionRecord
  | GlobalRecord
  | PerWorkerRecord
  | CallerObjectRecord;

/** All kinds of records, except those that only threads can receive. */
export const recordKinds: readonly AnyRecord[typeof marker][] = [
  'error',
  'record',
  'bare',
  'sparse',
  'buffer',
  'view',
  'instance',
  'class',
  'classes',
  'symbol',
  'boxed symbol',
  'Buffer',
  'URL',
  'URLSearchParams',
  'Headers',
  'function',
  'global',
  'per worker',
  'link',
];

/** Wraps a value in the list of the classes of its instances. */
export function withClasses(value: unknown, classes: readonly ClassReference[]): ClassesRecord {
  return { [marker]: 'classes', classes, value };
}

/** Tells whether an encoded value is a list of classes that wraps a value. */
export function isClasses(value: unknown): value is ClassesRecord {
  return typeof value === 'object' && value !== null && (value as Partial<ClassesRecord>)[marker] === 'classes';
}
