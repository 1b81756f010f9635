/**
 * What stands in a copy where structured clone would lose something: a record with the marker, so that decoding finds it in
 * any tree. Errors have theirs in encode-error.ts.
 */
import type { CallerObjectRecord } from '../caller-objects/caller-object.js';
import type { ClassReference } from '../classes/class-registry.js';
import type { FunctionRecord, GlobalRecord } from '../functions/function-record.js';
import type { ErrorRecord } from './encode-error.js';
import { marker } from './marker.js';

/** A record of the user's that has the marker itself. */
export interface EscapedRecord {
  readonly [marker]: 'record';
  readonly value: Record<string, unknown>;
}

/** An object without a prototype. */
export interface BareRecord {
  readonly [marker]: 'bare';
  readonly value: Record<string, unknown>;
}

/** An array with many holes, between processes: its elements by their indexes. */
export interface SparseRecord {
  readonly [marker]: 'sparse';
  readonly length: number;
  readonly indexes: number[];
  readonly items: unknown[];
  /** What it has beside its elements. */
  fields?: Record<string, unknown>;
}

/** An ArrayBuffer by itself, between processes. */
export interface BufferRecord {
  readonly [marker]: 'buffer';
  readonly bytes: Uint8Array;
  /** Of one that can be resized: its size at most, in bytes. */
  readonly maxByteLength?: number;
}

/** A view of a buffer that can be resized, between processes. */
export interface ViewRecord {
  readonly [marker]: 'view';
  /** A typed array's, or 'DataView'. */
  readonly class: string;
  readonly buffer: BufferRecord;
  /** In bytes. */
  readonly offset: number;
  /** In elements, of a DataView in bytes; `undefined` when it follows the buffer's size. */
  readonly length: number | undefined;
}

/** An instance of a class of the message's {@link ClassesRecord}, by its number there. */
export interface InstanceRecord {
  readonly [marker]: 'instance';
  readonly class: number;
  /** Of a class without a codec. */
  readonly fields?: Record<string, unknown>;
  /** What `encode` made of it. */
  data?: unknown;
}

/** A class of the message's {@link ClassesRecord} itself. */
export interface ClassRecord {
  readonly [marker]: 'class';
  readonly class: number;
}

/** Around a value, or the first of the arguments: the classes of the instances in it. */
export interface ClassesRecord {
  readonly [marker]: 'classes';
  readonly classes: readonly ClassReference[];
  readonly value: unknown;
}

/** What is made anew from a few facts. */
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
  | CallerObjectRecord;

/** All kinds there are, but for what only threads can be given. */
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
  'link',
];

/** Puts the classes of its instances around a value. */
export function withClasses(value: unknown, classes: readonly ClassReference[]): ClassesRecord {
  return { [marker]: 'classes', classes, value };
}

/** Whether a value that was encoded is a list of classes, and what they are needed for. */
export function isClasses(value: unknown): value is ClassesRecord {
  return typeof value === 'object' && value !== null && (value as Partial<ClassesRecord>)[marker] === 'classes';
}
