/** The items of a map, encoded once, so that any part of them can be a task. */
import { CallerObjects } from '../caller-objects/caller-object.js';
import type { ClassReference } from '../classes/class-registry.js';
import { encodeValue } from './encode.js';
import { isClasses, withClasses } from './records.js';
import type { Destination } from './walk.js';

/** A map's items as they were at the call, encoded one by one, so that any part of them can be a chunk. */
export class EncodedItems {
  readonly items: readonly unknown[];
  /** Whether there are records in them that `decodeValue` has to rebuild. */
  readonly encoded: boolean;
  /** The caller objects in all items of the map. */
  readonly callerObjects: CallerObjects | undefined;
  /** The classes of the instances in all items of the map. */
  readonly #classes: readonly ClassReference[] | undefined;

  constructor(
    items: readonly unknown[],
    encoded: boolean,
    classes: readonly ClassReference[] | undefined,
    callerObjects: CallerObjects | undefined,
  ) {
    this.items = items;
    this.encoded = encoded;
    this.#classes = classes;
    this.callerObjects = callerObjects;
  }

  get length(): number {
    return this.items.length;
  }

  /** What is posted: the items, with the list of their classes around them where there are any. */
  get wireValue(): unknown {
    return this.#classes === undefined ? this.items : withClasses(this.items, this.#classes);
  }

  slice(start: number, end: number): EncodedItems {
    return new EncodedItems(this.items.slice(start, end), this.encoded, this.#classes, this.callerObjects);
  }
}

/**
 * Encodes a map's items as they are now. For authors of executors: the result is what `Backend.snapshot` returns.
 *
 * @param mayHoldCallerObjects - whether caller objects may be among the values; otherwise they are refused
 * @throws SerializationError (`HEDDLE_SERIALIZATION`) with the path of the value that cannot travel
 */
export function encodeItems(items: readonly unknown[], destination: Destination, mayHoldCallerObjects: boolean): EncodedItems {
  const callerObjects = mayHoldCallerObjects ? new CallerObjects(false) : undefined;
  const { value, encoded } = encodeValue<unknown>(items, 'items', false, destination, callerObjects);
  const [list, classes] = isClasses(value) ? [value.value, value.classes] : [value, undefined];
  return new EncodedItems(list as readonly unknown[], encoded, classes, callerObjects);
}
