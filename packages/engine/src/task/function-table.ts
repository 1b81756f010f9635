import type { AnyFunction } from '@heddle/futures';
import { describeToEncode, type FunctionDescriptor } from '@heddle/serialization';
import { hasCaptures } from './bound-function.js';
import { taskName } from './task-name.js';
import { userPlace } from './user-lines.js';

/** A function of this pool: the number that names it in batches, and how it travels. */
export interface FunctionEntry {
  readonly id: number;
  readonly descriptor: FunctionDescriptor;
  readonly name: string;
  /** Whether the function itself travels with each task, since it captures variables. */
  readonly captures: boolean;
}

/** The functions that a pool has been given. Each travels once to each worker; equal descriptors share one entry. */
export class FunctionTable {
  readonly #byFunction = new WeakMap<AnyFunction, FunctionEntry>();
  /**
   * The functions of streams. Their results are iterated, so a generator is allowed here; as a plain task it is
   * refused.
   */
  readonly #streams = new WeakMap<AnyFunction, FunctionEntry>();
  readonly #byDescriptor = new Map<string, FunctionEntry>();

  /**
   * Finds or makes the entry of a function. If the function has captures, encode it right after: see
   * `describeToEncode`.
   *
   * @param isStream - whether the result of the function is iterated
   * @throws SerializationError when the function cannot travel
   */
  entry(fn: AnyFunction, isStream = false): FunctionEntry {
    const known = isStream ? this.#streams : this.#byFunction;
    const found = known.get(fn);
    if (found !== undefined) return found;
    const entry = this.ofDescriptor(describeToEncode(fn, isStream));
    known.set(fn, entry);
    return entry;
  }

  ofDescriptor(descriptor: FunctionDescriptor): FunctionEntry {
    let entry = this.#byDescriptor.get(descriptor.id);
    if (entry === undefined) {
      entry = { id: this.#byDescriptor.size, descriptor, name: taskName(descriptor, userPlace), captures: hasCaptures(descriptor) };
      this.#byDescriptor.set(descriptor.id, entry);
    }
    return entry;
  }
}
