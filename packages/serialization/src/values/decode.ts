/** Rebuilds values that arrive: restores what encode.ts replaced by records. It is called only for values that hold records. */
import { types } from 'node:util';
import { SerializationError, isHeddleError } from '@heddle/futures/errors';
import type { CallerObjectRecord } from '../caller-objects/caller-object.js';
import { createCallerProxy, type ProxyCaller } from '../caller-objects/caller-proxy.js';
import type { ClassReference, RegisteredClass } from '../classes/class-registry.js';
import { checkMayLoad, mayLoad, notKnown, type Trust } from '../classes/known-modules.js';
import { knownClass } from '../classes/load-classes.js';
import { decodeFunction, decodeGlobal, isBeingMade } from '../functions/decode-function.js';
import type { PerWorkerRecord } from '../functions/function-record.js';
import { perWorkerFunction } from '../functions/per-worker.js';
import { decodeError, setCause } from './decode-error.js';
import { fromFacts } from './facts.js';
import { marker } from './marker.js';
import { hasElementsOnly, isElement } from './own-fields.js';
import type { AnyRecord, BufferRecord, InstanceRecord, ViewRecord } from './records.js';
import { resizableFrom } from './resizable.js';
import { fromSparse } from './sparse.js';
import { inThisRealm } from './this-realm.js';
import { viewClassNamed } from './view-class.js';

class Rebuild {
  readonly #done = new Map<object, unknown>();
  readonly #trust: Trust;
  readonly #caller: ProxyCaller | undefined;
  #classes: readonly ClassReference[] = [];
  /** Errors whose cause is rebuilt later, once the error above them is complete. */
  #causes: (readonly [error: Error, cause: unknown])[] | undefined;

  constructor(trust: Trust, caller: ProxyCaller | undefined) {
    this.#trust = trust;
    this.#caller = caller;
  }

  value(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (this.#done.has(value)) return this.#done.get(value);
    if (Object.hasOwn(value, marker)) return this.#marked(value as AnyRecord);
    this.#done.set(value, value);
    if (Array.isArray(value)) {
      this.#items(value);
    } else if (types.isMap(value)) {
      const entries = [...value];
      value.clear();
      for (const [key, item] of entries) value.set(this.value(key), this.value(item));
    } else if (types.isSet(value)) {
      const items = [...value];
      value.clear();
      for (const item of items) value.add(this.value(item));
    } else if (!ArrayBuffer.isView(value)) {
      this.#fields(value as Record<string, unknown>);
    }
    return value;
  }

  #checkTrust(): void {
    if (this.#trust === 'data')
      throw new SerializationError('a function arrived by a way that is for data only; send what it needs, or a task by reference');
  }

  #items(items: unknown[]): void {
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (typeof item === 'object' && item !== null) items[i] = this.value(item);
      else if (item === undefined && !(i in items)) {
        // An array may have billions of holes, so the loop goes over the keys. It must not walk earlier elements again.
        for (const key of Object.keys(items)) if (isElement(key) && Number(key) > i) items[Number(key)] = this.value(items[Number(key)]);
        break;
      }
    }
    if (!hasElementsOnly(items, items.length)) this.#named(items);
  }

  /** The fields that an array has besides its elements. */
  #named(items: unknown[]): void {
    const fields = items as unknown as Record<string, unknown>;
    for (const key of Object.keys(items)) if (!isElement(key)) fields[key] = this.value(fields[key]);
  }

  #fields(record: Record<string, unknown>): void {
    for (const key of Object.keys(record)) {
      const field = record[key];
      if (typeof field !== 'object' || field === null) continue;
      record[key] = isBeingMade(field, (made) => {
        record[key] = made;
      })
        ? undefined
        : this.value(field);
    }
  }

  #marked(record: AnyRecord): unknown {
    switch (record[marker]) {
      case 'classes':
        this.#classes = record.classes;
        return this.value(record.value);
      case 'error':
        checkRecord(
          record,
          [record.base, record.name, record.message, record.stack].every((each) => typeof each === 'string') && isObject(record.fields),
        );
        return this.#error(record);
      case 'instance':
        return this.#instance(record);
      case 'class': {
        const { Class } = this.#class(record.class);
        this.#done.set(record, Class);
        return Class;
      }
      case 'sparse':
        fromSparse(
          record,
          (each) => this.value(each),
          (array) => this.#done.set(record, array),
        );
        if (record.fields !== undefined) this.#assign(record, this.#done.get(record) as object, record.fields);
        return this.#done.get(record);
      case 'buffer':
        return this.#buffer(record);
      case 'view':
        return this.#view(record);
      case 'record':
        checkRecord(record, isObject(record.value));
        this.#done.set(record, record.value);
        this.#done.set(record.value, record.value); // the user's record has the marker key itself
        this.#fields(record.value);
        return record.value;
      case 'global':
        this.#checkTrust();
        if (record.module !== undefined && !mayLoad(record.module, this.#trust))
          throw notKnown('a function that captures its exports', record.module);
        return decodeGlobal(record);
      case 'function':
        this.#checkTrust();
        if (typeof record.descriptor !== 'string') checkMayLoad(record.descriptor, this.#trust);
        return decodeFunction(
          record,
          (captures) => {
            this.#fields(captures as Record<string, unknown>);
          },
          (fn) => this.#done.set(record, fn),
        );
      case 'per worker':
        return this.#perWorker(record);
      case 'link':
        return this.#callerProxy(record);
      case 'bare':
        checkRecord(record, isObject(record.value));
        return this.#assign(record, Object.create(null) as object, record.value);
      default: {
        const made = fromFacts(record);
        this.#done.set(record, made);
        return made;
      }
    }
  }

  #buffer(record: BufferRecord): ArrayBufferLike {
    const { bytes, maxByteLength } = record;
    checkRecord(record, ArrayBuffer.isView(bytes));
    const buffer = maxByteLength === undefined ? bytes.buffer : resizableFrom(bytes, maxByteLength);
    this.#done.set(record, buffer);
    return buffer;
  }

  #view(record: ViewRecord): unknown {
    const view = new (viewClassNamed(record.class))(this.value(record.buffer) as ArrayBuffer, record.offset, record.length);
    this.#done.set(record, view);
    return view;
  }

  #perWorker(record: PerWorkerRecord): unknown {
    this.#checkTrust();
    checkRecord(record, typeof record.id === 'string');
    const facts = { id: record.id, create: (): unknown => undefined };
    const fn = perWorkerFunction(facts);
    this.#done.set(record, fn);
    const create = this.value(record.create);
    checkRecord(record, typeof create === 'function');
    facts.create = create as () => unknown;
    return fn;
  }

  #callerProxy(record: CallerObjectRecord): unknown {
    if (this.#caller === undefined)
      throw new SerializationError('something that stays with its caller arrived by a way that leads to no caller; send it with a task');
    const made = createCallerProxy({ ...record, detail: this.value(record.detail) }, this.#caller);
    this.#done.set(record, made);
    return made;
  }

  /** Defines the fields as `target`'s own. Setters of its prototype are not called. */
  #assign(record: object, target: object, fields: Record<string, unknown>): object {
    this.#done.set(record, target);
    for (const key of Object.keys(fields)) {
      Object.defineProperty(target, key, { value: this.value(fields[key]), enumerable: true, configurable: true, writable: true });
    }
    return target;
  }

  #class(number: number): RegisteredClass {
    const reference = this.#classes[number];
    if (reference === undefined) throw new SerializationError(`an instance of class number ${String(number)} arrived, which no list names`);
    return knownClass(reference, (code) => decodeValue(code, this.#trust, this.#caller));
  }

  #instance(record: InstanceRecord): unknown {
    const { Class, codec, name } = this.#class(record.class);
    if (codec === undefined) return this.#assign(record, Object.create(Class.prototype) as object, record.fields ?? {});
    const made = decoded(name, codec.decode, this.#whole(record.data));
    this.#done.set(record, made);
    return made;
  }

  #error(record: Extract<AnyRecord, { [marker]: 'error' }>): Error {
    const { instance } = record;
    const error = decodeError(
      record,
      (each) => this.value(each),
      (error) => this.#done.set(record, error),
      () => {
        if (instance === undefined) return undefined;
        const { Class, codec, name } = this.#class(instance.class);
        return codec === undefined ? { prototype: Class.prototype } : { error: decoded(name, codec.decode, this.#whole(instance.data)) };
      },
    );
    if (record.cause !== undefined) this.#cause(error, record.cause.value);
    return error;
  }

  /** Rebuilds a chain of causes in a loop instead of recursively, so that a long chain cannot overflow the stack. */
  #cause(error: Error, cause: unknown): void {
    if (this.#causes !== undefined) {
      this.#causes.push([error, cause]);
      return;
    }
    const causes = (this.#causes = [[error, cause] as const]);
    for (const [each, value] of causes) setCause(each, () => this.value(value));
    this.#causes = undefined;
  }

  /** The data for a user's `decode`: it is rebuilt completely, with no cause left for later. */
  #whole(data: unknown): unknown {
    const causes = this.#causes;
    this.#causes = undefined;
    try {
      return this.value(data);
    } finally {
      this.#causes = causes;
    }
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** @throws SerializationError when no encoder can have made the record */
function checkRecord(record: AnyRecord, isRight: boolean): void {
  if (!isRight) throw new SerializationError(`a record of kind ${JSON.stringify(record[marker])} arrived whose parts make no sense`);
}

function decoded(name: string, decode: (data: never) => unknown, data: unknown): unknown {
  let made: unknown;
  try {
    made = decode(data as never);
  } catch (cause) {
    throw new SerializationError(
      `an instance of class ${name} can't be made here: its decode threw: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  if (types.isPromise(made)) {
    made.catch(() => undefined);
    throw new SerializationError(
      `an instance of class ${name} can't be made here: its decode returned a promise; it has to return the instance`,
    );
  }
  return made;
}

/**
 * Rebuilds, in place, a value that arrived with `encoded` set. The value must be the receiver's own, as structured clone makes it.
 * Load the classes that are not known here first: {@link loadClasses}. Functions in the value may have to be loaded before anybody
 * calls them: {@link takePendingLoads}.
 *
 * @param value - the value that arrived
 * @param trust - 'code' when the sender may run code here, as the two ends of one program may. 'known code' when it may, but may
 *   load only modules that this program has named or sent. By default, 'data', a function is refused
 * @param caller - sends the calls of caller proxies; without it caller objects are refused
 * @returns the rebuilt value
 * @throws SerializationError (`HEDDLE_SERIALIZATION`) when the class of an instance is not known here, when its `decode` throws, or
 *   when the value holds code that `trust` does not allow
 */
export function decodeValue(value: unknown, trust: Trust = 'data', caller?: ProxyCaller): unknown {
  try {
    return new Rebuild(trust, caller).value(inThisRealm(value));
  } catch (problem) {
    if (isHeddleError(problem, 'HEDDLE_SERIALIZATION')) throw problem;
    // A record has parts of a wrong kind, or records are nested without end. No encoder makes such a message.
    throw new SerializationError(`what arrived can't be rebuilt: ${problem instanceof Error ? problem.message : String(problem)}`, {
      cause: problem,
    });
  }
}
