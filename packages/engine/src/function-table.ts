import { describeFunction, type FunctionDescriptor } from '@heddle/serialization';
import type { AnyFunction } from '@heddle/futures';

/** A function of this pool: the number that names it in batches, and how it travels. */
export interface FunctionEntry {
  readonly id: number;
  readonly descriptor: FunctionDescriptor;
  readonly name: string;
}

/** The functions a pool has been given. Each travels once per worker; equal descriptors have one entry. */
export class FunctionTable {
  readonly #byFunction = new WeakMap<AnyFunction, FunctionEntry>();
  readonly #byDescriptor = new Map<string, FunctionEntry>();

  /** @throws SerializationError when the function can't travel */
  entry(fn: AnyFunction): FunctionEntry {
    const known = this.#byFunction.get(fn);
    if (known !== undefined) return known;
    const entry = this.ofDescriptor(describeFunction(fn));
    this.#byFunction.set(fn, entry);
    return entry;
  }

  ofDescriptor(descriptor: FunctionDescriptor): FunctionEntry {
    let entry = this.#byDescriptor.get(descriptor.id);
    if (entry === undefined) {
      entry = { id: this.#byDescriptor.size, descriptor, name: descriptor.name === '' ? 'anonymous' : descriptor.name };
      this.#byDescriptor.set(descriptor.id, entry);
    }
    return entry;
  }
}
