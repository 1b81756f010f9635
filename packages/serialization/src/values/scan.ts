/**
 * The walk that only checks. A value that passes is posted as it is, immediately.
 *
 * Remembering an object costs as much as looking at it. Only few values need it: those with a ring, and those that hold the same
 * objects so many times that the walk would take long. Therefore objects are remembered only beyond a certain depth and number. If
 * a long ring looks too deep because of that, the walk starts again and remembers all (`remembersAll`). Objects that hold no
 * objects are never remembered.
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

/** No object is remembered up to this depth and this number of objects. */
const fewLevels = 16;
const fewObjects = 65_536;
/** How many records are seen before the keys of one are remembered, and how many of its keys are. */
const fewRecords = 16;
const fewKeys = 32;

const noShape: string[] = [];

/** Looks for a getter without creating a descriptor for each field. */
const lookupGetter = (Object.prototype as unknown as { __lookupGetter__: () => unknown }).__lookupGetter__ as (
  this: object,
  key: string,
) => unknown;

/** Thrown when the walk may have taken a ring for depth. */
export const mayBeRing: GivesUp = new GivesUp('deep, or a ring');

export class Scan {
  readonly notes: TransferNotes;
  readonly #destination: Destination;
  /** The objects that the walk has entered. */
  #seen: Set<object> | undefined;
  /**
   * The keys of the latest record whose fields are all data, by its first key. Looking for a getter in each field of each record
   * takes longer than the rest of the walk, so records with the same keys are not checked. A getter among many such records is
   * therefore called once more than elsewhere, by structured clone.
   */
  #shapes: Map<string, string[]> | undefined;
  #records = 0;
  #depth = 0;
  /** How many objects were entered and not remembered. */
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

  /** @returns false when the walk has entered this object before */
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
      // for-in creates no list of keys. Keys that a polluted prototype adds are skipped.
      for (at in value) {
        if (count === 0) shape = this.#shapes?.get(at) ?? noShape;
        if (shape[count] !== at || !isKnown) {
          if (at === marker) throw needsCopy;
          // A getter may return another value the next time. The copy calls it only once.
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

  /** The first few records are not remembered, since most values have no more. */
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
        // Numbers are skipped here, so that V8 does not allocate an object for each element of an array of fractions.
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

  /** An array with fields or with holes. There may be billions of holes, so the loop goes over the keys. */
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
