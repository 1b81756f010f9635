import { describeFunction, type FunctionDescriptor } from '@heddle/serialization';
import { hasCaptures } from './own-function.js';
import type { AnyFunction } from '@heddle/futures';

/** A function of this pool: the number that names it in batches, and how it travels. */
export interface FunctionEntry {
  readonly id: number;
  readonly descriptor: FunctionDescriptor;
  readonly name: string;
  /** Whether the function itself travels with each task, since it captures variables. */
  readonly captures: boolean;
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
      const name = descriptor.name === '' ? 'anonymous' : descriptor.name;
      entry = { id: this.#byDescriptor.size, descriptor, name, captures: hasCaptures(descriptor) };
      this.#byDescriptor.set(descriptor.id, entry);
    }
    return entry;
  }
}
