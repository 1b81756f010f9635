/** Values on their way in: puts back what encode.ts replaced by records. Only called when something was. */
import { decodeError } from './decode-error.js';
import { decodeFunction, decodeGlobal } from './decode-function.js';
import { marker, type ErrorRecord } from './encode-error.js';
import type { FunctionRecord, GlobalRecord } from './encode-function.js';
import { types } from 'node:util';

interface BufferRecord {
  readonly [marker]: 'buffer';
  readonly bytes: Uint8Array;
}

interface EscapedRecord {
  readonly [marker]: 'record';
  readonly value: Record<string, unknown>;
}

type MarkedRecord = ErrorRecord | EscapedRecord | BufferRecord | FunctionRecord | GlobalRecord;

class Rebuild {
  readonly #done = new Map<object, unknown>();

  value(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (this.#done.has(value)) return this.#done.get(value);
    if (Object.hasOwn(value, marker)) return this.#marked(value as MarkedRecord);
    this.#done.set(value, value);
    if (Array.isArray(value)) {
      value.forEach((item, i) => (value[i] = this.value(item)));
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

  #fields(record: Record<string, unknown>): void {
    for (const key of Object.keys(record)) {
      const field = record[key];
      if (typeof field === 'object' && field !== null) record[key] = this.value(field);
    }
  }

  #marked(record: MarkedRecord): unknown {
    if (record[marker] === 'buffer') {
      this.#done.set(record, record.bytes.buffer);
      return record.bytes.buffer;
    }
    if (record[marker] === 'record') {
      this.#done.set(record, record.value);
      this.#fields(record.value);
      return record.value;
    }
    if (record[marker] === 'global') return decodeGlobal(record);
    if (record[marker] === 'function') {
      return decodeFunction(record, (captures) => { this.#fields(captures as Record<string, unknown>); }, (fn) => this.#done.set(record, fn));
    }
    return decodeError(record, (each) => this.value(each), (error) => this.#done.set(record, error));
  }
}

/**
 * Rebuilds, in place, a value that arrived with `encoded` set. The value must be the receiver's own (it came through
 * structured clone).
 */
export function decodeValue(value: unknown): unknown {
  return new Rebuild().value(value);
}
