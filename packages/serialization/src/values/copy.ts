/** The walk that copies. Its result belongs to Heddle, and holds records in place of the values that structured clone would lose. */
import { types } from 'node:util';
import { isHeddleError } from '@heddle/futures/errors';
import { callbackObject, isCallback } from '../caller-objects/callback.js';
import { callerObjectOf } from '../caller-objects/caller-object-of.js';
import type { CallerObject, CallerObjects } from '../caller-objects/caller-object.js';
import { encodeCallerObject } from '../caller-objects/encode-caller-object.js';
import { ClassList, registrationOf } from '../classes/class-code.js';
import { classOfPrototype, type ClassReference, type Codec, type RegisteredClass } from '../classes/class-registry.js';
import type { AnyFunction } from '../functions/function-descriptor.js';
import { functionEncoder, importingClass } from '../functions/function-encoder.js';
import { BinaryCopy } from './copy-binary.js';
import { encodeError, type ErrorRecord } from './encode-error.js';
import { factsRecord, symbolRecord } from './facts.js';
import { marker } from './marker.js';
import { arrayFields, checkNoFields, checkNoNames, checkSymbols, hasElementsOnly, isElement } from './own-fields.js';
import type { ClassRecord, InstanceRecord } from './records.js';
import { Refusal, isRefusal, refuseObject } from './refusal.js';
import { hasManyHoles, sparseRecord } from './sparse.js';
import { travelsAsIs } from './travels-as-is.js';
import { hasContents, objectKind } from './value-kind.js';
import {
  GivesUp,
  TransferNotes,
  below,
  belowEncoded,
  cannotLeaveProcess,
  deepest,
  deepestSent,
  mapKey,
  needsCopy,
  tooDeep,
  tooDeepSent,
  tooLarge,
  type CopyExtent,
  type Destination,
} from './walk.js';

/** The limits of a small copy: the number of nodes, and the bytes of binary data and arrays. */
const smallNodes = 64;
const smallBytes = 4096;

export class Copy {
  /** Whether a value was replaced by a record. */
  encoded = false;
  readonly notes: TransferNotes;
  readonly #destination: Destination;
  readonly #extent: CopyExtent;
  readonly #isTrial: boolean;
  #nodes: number;
  #bytes: number;
  #depth = 0;
  /** How many levels records add to the depth of the value. */
  #extraDepth = 0;
  #seen: Map<object, unknown> | undefined;
  #memory: BinaryCopy | undefined;
  #classes: ClassList | undefined;
  /** Instances that are being encoded: the result of their `encode` is not copied completely yet. */
  #encoding: Set<object> | undefined;

  readonly #callerObjects: CallerObjects | undefined;

  /**
   * @param callerObjects - collects the caller objects; without it they are refused
   * @param isTrial - whether the walk only finds out whether all of the value can travel; then nothing is moved
   */
  constructor(destination: Destination, extent: CopyExtent, callerObjects: CallerObjects | undefined, isTrial = false) {
    this.#callerObjects = callerObjects;
    this.#isTrial = isTrial;
    this.notes = new TransferNotes(destination);
    this.#destination = destination;
    this.#extent = extent;
    this.#nodes = extent === 'small' ? smallNodes : Infinity;
    this.#bytes = extent === 'small' ? smallBytes : Infinity;
  }

  /** Whether the copy refers to memory of the user. */
  get live(): boolean {
    return this.#memory?.live === true;
  }

  /** The classes that the receiver has to know; `undefined` when there are no instances. */
  get classes(): readonly ClassReference[] | undefined {
    return this.#classes?.references(this.#destination);
  }

  value(value: unknown): unknown {
    if (travelsAsIs(value)) return value;
    if (typeof value === 'symbol') {
      this.encoded = true;
      return symbolRecord(value);
    }
    const object = value as object;
    const known = this.#seen?.get(object);
    if (known !== undefined) return known;
    if (--this.#nodes < 0) throw tooLarge;
    if (++this.#depth > deepest) throw tooDeep();
    if (this.#depth + this.#extraDepth > deepestSent) throw tooDeepSent();
    const copy = typeof object === 'function' ? this.#function(object as AnyFunction) : this.#object(object);
    this.#depth -= 1;
    return copy;
  }

  #register<T extends object>(original: object, copy: T): T {
    (this.#seen ??= new Map()).set(original, copy);
    return copy;
  }

  #object(value: object): unknown {
    this.notes.note(value);
    const kind = objectKind(value, true);
    switch (kind) {
      case 'record':
        return this.#record(value as Record<string, unknown>);
      case 'array':
        return this.#array(value as unknown[]);
      case 'map':
        return this.#map(value as Map<unknown, unknown>);
      case 'set':
        return this.#set(value as Set<unknown>);
      case 'error':
        return this.#error(value as Error, undefined);
      case 'instance':
        return this.#instance(value);
      case 'bare':
        return this.#bare(value as Record<string, unknown>);
      case 'view':
        return this.#binary(value, this.#memoryCopy().view(value as ArrayBufferView));
      case 'buffer':
        return this.#binary(value, this.#memoryCopy().buffer(value as ArrayBuffer));
      case 'date':
        checkNoFields(value);
        return this.#register(value, new Date((value as Date).getTime()));
      case 'facts':
        return this.#facts(value);
      case 'shared':
      case 'host':
        if (this.#destination === 'process') throw cannotLeaveProcess(value);
        checkNoNames(value);
        return this.#register(value, value);
      case 'regexp':
      case 'boxed':
        checkNoFields(value);
        return this.#register(value, value);
      case 'refused':
        if (this.notes.has(value)) return this.#register(value, value);
        return this.#leaveWithCaller(value, this.#callerObjects === undefined ? undefined : callerObjectOf(value));
    }
  }

  #record(value: Record<string, unknown>): object {
    if (Object.hasOwn(value, marker)) {
      this.encoded = true;
      const inner: Record<string, unknown> = {};
      const escaped = this.#register(value, { [marker]: 'record', value: inner });
      this.#fieldsOfRecord(value, inner);
      return escaped;
    }
    const copy = this.#register<Record<string, unknown>>(value, {});
    this.#fields(value, copy);
    return copy;
  }

  #fields(value: Record<string, unknown>, copy: Record<string, unknown>): void {
    checkSymbols(value);
    const names = Object.keys(value);
    if (names.length === 0 && hasContents(value)) throw refuseObject(value);
    this.#named(value, copy, names);
  }

  #named(value: object, copy: object, names: readonly string[]): void {
    let at = '';
    try {
      for (at of names) {
        // A walk that gives up must not have called a getter, since the next walk will call it.
        if (this.#extent === 'small' && Object.getOwnPropertyDescriptor(value, at)?.get !== undefined) throw needsCopy;
        const field = this.value((value as Record<string, unknown>)[at]);
        if (at === '__proto__') Object.defineProperty(copy, at, { value: field, enumerable: true, configurable: true, writable: true });
        else (copy as Record<string, unknown>)[at] = field;
      }
    } catch (problem) {
      throw below(problem, at);
    }
  }

  /** Copies fields that a record holds, one level deeper than in the value. */
  #fieldsOfRecord(value: Record<string, unknown>, copy: Record<string, unknown>): void {
    this.#extraDepth += 1;
    this.#fields(value, copy);
    this.#extraDepth -= 1;
  }

  #array(value: unknown[]): object {
    this.#spend(value.length * 8);
    let names = hasElementsOnly(value, value.length) ? [] : arrayFields(value);
    if (this.#destination === 'process' && hasManyHoles(value)) return this.#sparse(value, names);
    const copy = this.#register<unknown[]>(value, []); // it grows by push, since V8 writes an array of a given length as one with holes
    let at = 0;
    try {
      for (; at < value.length; at++) {
        const item = value[at];
        if (item === undefined && !(at in value)) {
          // A hole stays a hole. There may be billions of them, so the loop goes over the keys from here on.
          names = arrayFields(value);
          for (const key of Object.keys(value)) {
            const index = Number(key);
            if (index > at && isElement(key)) copy[(at = index)] = this.value(value[index]);
          }
          break;
        }
        copy[at] = travelsAsIs(item) ? item : this.value(item);
      }
    } catch (problem) {
      throw below(problem, at);
    }
    if (copy.length < value.length) copy.length = value.length;
    if (names.length > 0) this.#named(value, copy, names);
    return copy;
  }

  #sparse(value: unknown[], names: readonly string[]): object {
    this.encoded = true;
    this.#extraDepth += 1;
    const record = sparseRecord(
      value,
      (each) => this.value(each),
      (each) => this.#register(value, each),
    );
    if (names.length > 0) this.#named(value, (record.fields = {}), names);
    this.#extraDepth -= 1;
    return record;
  }

  #map(value: Map<unknown, unknown>): object {
    checkNoFields(value);
    const copy = this.#register(value, new Map<unknown, unknown>());
    let at: unknown;
    try {
      for (const [key, item] of value) {
        at = key;
        copy.set(this.value(key), this.value(item));
      }
    } catch (problem) {
      throw below(problem, mapKey(at));
    }
    return copy;
  }

  #set(value: Set<unknown>): object {
    checkNoFields(value);
    const copy = this.#register(value, new Set<unknown>());
    let at = 0;
    try {
      for (const item of value) {
        copy.add(this.value(item));
        at += 1;
      }
    } catch (problem) {
      throw below(problem, at);
    }
    return copy;
  }

  #bare(value: Record<string, unknown>): object {
    this.encoded = true;
    const fields: Record<string, unknown> = {};
    const record = this.#register(value, { [marker]: 'bare', value: fields });
    this.#fieldsOfRecord(value, fields);
    return record;
  }

  #facts(value: object): object {
    if (types.isBoxedPrimitive(value)) checkNoFields(value);
    else checkNoNames(value);
    this.encoded = true;
    const record = factsRecord(value);
    if (record[marker] === 'File' && this.#destination === 'process') throw cannotLeaveProcess(value);
    return this.#register(value, record);
  }

  #instance(value: object): object {
    const registered = classOfPrototype(Object.getPrototypeOf(value) as object);
    if (registered === undefined) throw refuseObject(value);
    if (types.isNativeError(value)) return this.#error(value, registered);
    this.encoded = true;
    const number = this.#classNumber(registered);
    if (registered.codec !== undefined) {
      const data = this.#coded(value, registered, registered.codec);
      return this.#register<InstanceRecord>(value, { [marker]: 'instance', class: number, data });
    }
    const fields: Record<string, unknown> = {};
    const record = this.#register<InstanceRecord>(value, { [marker]: 'instance', class: number, fields });
    this.#fieldsOfRecord(value as Record<string, unknown>, fields);
    return record;
  }

  #classNumber(reference: ClassReference): number {
    return (this.#classes ??= new ClassList()).number(reference);
  }

  /** The result of an instance's `encode`, copied in turn. */
  #coded(value: object, { name }: RegisteredClass, { encode }: Codec): unknown {
    const encoding = (this.#encoding ??= new Set<object>());
    if (encoding.has(value)) {
      throw new Refusal(
        `what encode of class ${name} returns leads back to the instance itself, which would have to be there before it is made; leave encode and decode out, or leave the way back out of the data`,
      );
    }
    encoding.add(value);
    let data: unknown;
    try {
      data = encode(value as never, this.#destination);
    } catch (problem) {
      if (isHeddleError(problem, 'HEDDLE_SERIALIZATION')) throw new Refusal(problem.message);
      throw new Refusal(`encode of class ${name} threw (see cause)`, problem);
    }
    try {
      return this.value(data);
    } catch (problem) {
      throw belowEncoded(problem);
    } finally {
      encoding.delete(value);
    }
  }

  #error(value: Error, registered: RegisteredClass | undefined): object {
    this.encoded = true;
    const [depth, extraDepth] = [this.#depth, ++this.#extraDepth];
    const unsendable = (problem: unknown): string => {
      if (problem instanceof GivesUp) throw problem;
      this.#depth = depth;
      this.#extraDepth = extraDepth;
      return `[${isRefusal(problem) ? problem.reason : "it can't be read"}]`;
    };
    const record = encodeError(
      value,
      (each) => this.value(each),
      unsendable,
      (each) => this.#register(value, each),
    );
    this.#ofClass(value, record, registered, unsendable);
    this.#extraDepth -= 1;
    return record;
  }

  #ofClass(value: Error, record: ErrorRecord, registered: RegisteredClass | undefined, unsendable: (problem: unknown) => string): void {
    if (registered === undefined) return;
    try {
      const data = registered.codec === undefined ? {} : { data: this.#coded(value, registered, registered.codec) };
      record.instance = { class: this.#classNumber(registered), ...data };
    } catch (problem) {
      unsendable(problem); // the error arrives complete but without its class, since its fields must not hide it
    }
  }

  #function(value: AnyFunction): object {
    if (isCallback(value)) return this.#leaveWithCaller(value, callbackObject(value));
    this.encoded = true;
    const registered = registrationOf(value);
    if (registered !== undefined) return this.#register<ClassRecord>(value, { [marker]: 'class', class: this.#classNumber(registered) });
    this.#extraDepth += 1;
    const record = functionEncoder(value)(
      value,
      (each) => this.value(each),
      (each, of = value) => this.#register(value, this.#register(of, each)),
    );
    this.#extraDepth -= 1;
    const text = importingClass(record);
    if (text !== undefined) this.#classNumber(text);
    return record;
  }

  /** A caller object: the task gets its number, to call it by. */
  #leaveWithCaller(value: object, callerObject: CallerObject | undefined): object {
    if (this.#callerObjects === undefined || callerObject === undefined) throw refuseObject(value);
    this.encoded = true;
    return encodeCallerObject(
      callerObject,
      this.#callerObjects,
      (each) => this.value(each),
      (record) => this.#register(value, record),
    );
  }

  #memoryCopy(): BinaryCopy {
    return (this.#memory ??= new BinaryCopy({
      destination: this.#destination,
      extent: this.#extent,
      notes: this.notes,
      isTrial: this.#isTrial,
      spend: (bytes) => {
        this.#spend(bytes);
      },
    }));
  }

  /** Checks the fields last: memory that is too large for this copy must not be checked twice. */
  #binary(value: object, copy: object): object {
    checkNoFields(value);
    if (Object.hasOwn(copy, marker)) this.encoded = true;
    return this.#register(value, copy);
  }

  #spend(bytes: number): void {
    if ((this.#bytes -= bytes) < 0) throw tooLarge;
  }
}
