/**
 * The walk that only checks: what passes it is posted as it is, at once.
 *
 * Remembering each object that was met costs as much as looking at it, and few values need it: those with a ring, and those
 * in which so much is met again and again that it takes long. So objects are remembered only from a depth, and a number of
 * objects, on; a ring so long that this finds it too deep is walked once more (`remembersAll`). Objects without objects
 * below them are never remembered.
 */
import { isCallerObject } from '../caller-objects/caller-object-of.js';
import { symbolRecord } from './facts.js';
import { marker } from './marker.js';
import { arrayFields, checkNoFields, checkNoNames, checkSymbols, hasElementsOnly, isElement } from './own-fields.js';
import { refuseObject } from './refusal.js';
import { resizableLimit } from './resizable.js';
import { hasManyHoles } from './sparse.js';
import { hasTransferMarks } from './transfer.js';
import { travelsAsIs } from './travels-as-is.js';
import { hasContents, objectKind } from './value-kind.js';
import {
  GivesUp,
  TransferNotes,
  below,
  cannotLeaveProcess,
  checkOwnMemory,
  deepest,
  indexOrName,
  mapKey,
  needsCopy,
  tooDeep,
  type Destination,
} from './walk.js';

/** Up to this deep, and for so many objects, none is remembered. */
const fewLevels = 16;
const fewObjects = 65_536;
/** So many records are looked at before the keys of one are remembered, and so many keys of each. */
const fewRecords = 16;
const fewKeys = 32;

const noShape: string[] = [];

/** Asks for a getter without making a descriptor of each field. */
const lookupGetter = (Object.prototype as unknown as { __lookupGetter__: () => unknown }).__lookupGetter__ as (
  this: object,
  key: string,
) => unknown;

/** Thrown where a ring may have been taken for depth. */
export const mayBeRing: GivesUp = new GivesUp('deep, or a ring');

export class Scan {
  readonly notes: TransferNotes;
  readonly #destination: Destination;
  /** Objects that the walk has been, or is, below. */
  #seen: Set<object> | undefined;
  /**
   * By their first key, the keys of the record seen last whose fields are all data. Asking each field of each record for a
   * getter takes longer than all else here; those of records with the same keys are not
   * asked: a getter among many such records is called once more than elsewhere, by the platform's own clone.
   */
  #shapes: Map<string, string[]> | undefined;
  #records = 0;
  #depth = 0;
  /** Objects entered that were not remembered. */
  #passed = 0;
  readonly #remembersAll: boolean;
  readonly #mayMove: boolean;

  constructor(destination: Destination, remembersAll = false) {
    this.#destination = destination;
    this.#remembersAll = remembersAll;
    this.notes = new TransferNotes(destination);
    this.#mayMove = hasTransferMarks();
  }

  /** @throws a refusal, or GivesUp when something must be replaced by a record */
  value(value: unknown): void {
    if (travelsAsIs(value)) return;
    if (typeof value === 'function') throw needsCopy;
    if (typeof value === 'symbol') {
      symbolRecord(value);
      throw needsCopy;
    }
    const object = value as object;
    if (this.#mayMove) this.notes.note(object);
    switch (objectKind(object, false)) {
      case 'record':
        this.#record(object as Record<string, unknown>);
        return;
      case 'array':
        this.#array(object as unknown[]);
        return;
      case 'map':
        if (this.#enter(object)) this.#map(object as Map<unknown, unknown>);
        return;
      case 'set':
        if (this.#enter(object)) this.#set(object as Set<unknown>);
        return;
      case 'error':
      case 'bare':
      case 'instance':
      case 'facts':
        throw needsCopy;
      case 'buffer':
        if (this.#destination === 'process') throw needsCopy;
        checkNoFields(object);
        return;
      case 'view':
        if (Buffer.isBuffer(object)) throw needsCopy;
        checkNoFields(object);
        if (this.#destination === 'process') this.#viewToProcess(object as ArrayBufferView);
        return;
      case 'shared':
      case 'host':
        if (this.#destination === 'process') throw cannotLeaveProcess(object);
        checkNoNames(object);
        return;
      case 'refused':
        if (!this.notes.has(object)) throw isCallerObject(object) ? needsCopy : refuseObject(object);
        return;
      case 'date':
      case 'regexp':
      case 'boxed':
        checkNoFields(object);
        return;
    }
  }

  #viewToProcess(view: ArrayBufferView): void {
    checkOwnMemory(view);
    if (resizableLimit(view.buffer as ArrayBuffer) !== undefined) throw needsCopy;
  }

  /** @returns false when the walk has been, or is, below this object */
  #enter(value: object): boolean {
    if (this.#depth < fewLevels && this.#passed < fewObjects && !this.#remembersAll) {
      this.#passed += 1;
      return true;
    }
    const seen = (this.#seen ??= new Set());
    if (seen.has(value)) return false;
    seen.add(value);
    return true;
  }

  #below(value: unknown): void {
    if (++this.#depth > deepest) throw this.#remembersAll ? tooDeep() : mayBeRing;
    this.value(value);
    this.#depth -= 1;
  }

  #record(value: Record<string, unknown>): void {
    checkSymbols(value);
    let isEntered = false;
    let shape = noShape;
    let isKnown = true;
    let count = 0;
    let at = '';
    try {
      // for-in makes no list of keys; what a polluted prototype adds is passed over.
      for (at in value) {
        if (count === 0) shape = this.#shapes?.get(at) ?? noShape;
        if (shape[count] !== at || !isKnown) {
          if (at === marker) throw needsCopy;
          // What a getter gives may be another thing the next time it is asked: the copy asks once.
          if (lookupGetter.call(value, at) !== undefined) throw needsCopy;
          if (isKnown) shape = shape.slice(0, count);
          isKnown = false;
          if (count < fewKeys) shape.push(at);
        }
        count += 1;
        const field = value[at];
        if (typeof field === 'string' || typeof field === 'number' || travelsAsIs(field) || !Object.hasOwn(value, at)) continue;
        if (!isEntered && !this.#enter(value)) return;
        isEntered = true;
        this.#below(field);
      }
    } catch (problem) {
      throw below(problem, at);
    }
    if (count === 0 && hasContents(value)) throw refuseObject(value);
    if (!isKnown) this.#remember(shape);
  }

  /** The first few records are not remembered: most values have no more. */
  #remember(shape: string[]): void {
    this.#records += 1;
    if (this.#records > fewRecords) (this.#shapes ??= new Map()).set(shape[0] ?? '', shape);
  }

  #array(value: unknown[]): void {
    let isEntered = false;
    let at = 0;
    try {
      for (; at < value.length; at++) {
        const item = value[at];
        // Said here, so that V8 makes no object of each number in an array of fractions.
        if (typeof item === 'number' || typeof item === 'string') continue;
        if (item === undefined && !(at in value)) {
          if (isEntered || this.#enter(value)) this.#sparse(value);
          return;
        }
        if (travelsAsIs(item)) continue;
        if (!isEntered && !this.#enter(value)) return;
        isEntered = true;
        this.#below(item);
      }
    } catch (problem) {
      throw below(problem, at);
    }
    if (!hasElementsOnly(value, value.length) && (isEntered || this.#enter(value))) this.#sparse(value);
  }

  /** An array with holes, which may be more than anybody can count, or with fields. */
  #sparse(value: unknown[]): void {
    arrayFields(value);
    const keys = Object.keys(value);
    if (this.#destination === 'process' && hasManyHoles(value)) throw needsCopy;
    let at = '';
    try {
      for (at of keys)
        if (!isElement(at) || !travelsAsIs(value[Number(at)])) this.#below((value as unknown as Record<string, unknown>)[at]);
    } catch (problem) {
      throw below(problem, indexOrName(at));
    }
  }

  #map(value: Map<unknown, unknown>): void {
    checkNoFields(value);
    let at: unknown;
    try {
      for (const [key, item] of value) {
        at = key;
        this.#below(key);
        this.#below(item);
      }
    } catch (problem) {
      throw below(problem, mapKey(at));
    }
  }

  #set(value: Set<unknown>): void {
    checkNoFields(value);
    let at = 0;
    try {
      for (const item of value) {
        this.#below(item);
        at += 1;
      }
    } catch (problem) {
      throw below(problem, at);
    }
  }
}
