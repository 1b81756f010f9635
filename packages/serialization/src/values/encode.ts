/**
 * Makes values ready to travel. There are three speeds:
 *
 *   primitive            not touched (callers ask `travelsAsIs` first)
 *   small                copied while it is checked. It can wait for its batch, and later changes do not reach it
 *   large, and the       only checked, and sent as it is. Structured clone copies it when it is posted, so it is not
 *   message leaves now   copied twice. The caller must post it before it returns to the user
 *
 * A value that structured clone would lose (an error, an instance of a registered class, a symbol, ...) is replaced by a record
 * with a marker. `encoded` says whether there are any records, so that the receiver walks the value only then. A value with
 * instances in it is wrapped in a list of their classes (records.ts), so that the receiver knows what it has to load first.
 */
import type { CallerObjects } from '../caller-objects/caller-object.js';
import type { ClassReference } from '../classes/class-registry.js';
import { Copy } from './copy.js';
import { withClasses } from './records.js';
import { Refusal, isRefusal } from './refusal.js';
import { Scan, mayBeRing } from './scan.js';
import { clearTransferMark, hasTransferMarks } from './transfer.js';
import { travelsAsIs } from './travels-as-is.js';
import { GivesUp, unreadable, type CopyExtent, type Destination, type TransferNotes } from './walk.js';

/** A value that is ready for `postMessage`. */
export interface Encoded<T> {
  readonly value: T;
  /** Whether there are records in it that {@link decodeValue} has to rebuild. */
  readonly encoded: boolean;
  /** Whether `value` refers to the user's own objects. It must be posted before they can change. */
  readonly live: boolean;
  /** The transfer list for `postMessage`. */
  readonly transfer: readonly object[] | undefined;
}

/**
 * Makes a value ready to travel.
 *
 * @param value - any value
 * @param root - the name of the value in error messages: `args`, `result`
 * @param mayPostNow - whether the message can leave before the user's code continues. Large values are then not copied
 * @param destination - how far the value goes. Objects that only threads can share are refused on the way to a process
 * @param callerObjects - collects the caller objects in the value (callbacks, signals, sources of items); without it they are
 *   refused
 * @throws SerializationError (`HEDDLE_SERIALIZATION`) with the path of the part that cannot travel
 */
export function encodeValue<T>(
  value: T,
  root: string,
  mayPostNow: boolean,
  destination: Destination,
  callerObjects?: CallerObjects,
): Encoded<T> {
  if (travelsAsIs(value)) return { value, encoded: false, live: false, transfer: undefined };
  try {
    // Moved memory is detached while the value is copied. Make sure first that the rest can travel.
    if (hasTransferMarks()) {
      const scanned = scan(value, destination);
      if (scanned !== undefined && mayPostNow) return sent(scanned);
      if (scanned === undefined) copy(value, destination, 'live', callerObjects, true);
    }
    if (!mayPostNow) return sent(copy(value, destination, 'all', callerObjects) ?? unlimitedGaveUp());
    return sent(
      copy(value, destination, 'small', callerObjects) ??
        scan(value, destination) ??
        copy(value, destination, 'live', callerObjects) ??
        unlimitedGaveUp(),
    );
  } catch (problem) {
    throw isRefusal(problem) ? problem.toError(root) : problem;
  }
}

/** The result of a walk. */
interface Walked<T> {
  readonly value: T;
  readonly classes: readonly ClassReference[] | undefined;
  readonly encoded: boolean;
  readonly live: boolean;
  readonly notes: TransferNotes;
}

function scan<T>(value: T, destination: Destination): Walked<T> | undefined {
  const first = new Scan(destination);
  return attempt(() => {
    try {
      first.value(value);
      return { value, classes: undefined, encoded: false, live: true, notes: first.notes };
    } catch (problem) {
      if (problem !== mayBeRing) throw problem;
      const walk = new Scan(destination, true);
      walk.value(value);
      return { value, classes: undefined, encoded: false, live: true, notes: walk.notes };
    }
  });
}

function copy<T>(
  value: T,
  destination: Destination,
  extent: CopyExtent,
  callerObjects: CallerObjects | undefined,
  isTrial = false,
): Walked<T> | undefined {
  const walk = new Copy(destination, extent, callerObjects, isTrial);
  return attempt(() => {
    const copied = walk.value(value) as T;
    return { value: copied, classes: walk.classes, encoded: walk.encoded, live: walk.live, notes: walk.notes };
  });
}

/** @returns `undefined` when the walk gave up */
function attempt<T>(walk: () => Walked<T>): Walked<T> | undefined {
  try {
    return walk();
  } catch (problem) {
    if (problem instanceof GivesUp) return undefined;
    throw isRefusal(problem) ? problem : new Refusal(unreadable(problem), problem);
  }
}

/** The value is about to be sent: clears the marks of the objects that it moves. */
function sent<T>({ value, classes, encoded, live, notes }: Walked<T>): Encoded<T> {
  for (const each of notes.marked ?? []) clearTransferMark(each);
  return { value: classes === undefined ? value : (withClasses(value, classes) as T), encoded, live, transfer: notes.transfer };
}

function unlimitedGaveUp(): never {
  throw new Refusal("it can't be copied: a copy without limit gave up");
}
