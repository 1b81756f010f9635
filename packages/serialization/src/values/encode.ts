/**
 * Values on their way out. Three speeds:
 *
 *   primitive            as it is (the caller asks `travelsAsIs` and never comes here)
 *   small                copied while it is checked: it can wait for its batch, later changes do not reach it
 *   large, and the       checked only, and passed on live: structured clone copies it the moment it is posted,
 *   message leaves now   so nothing is copied twice; the caller must post before it returns to the user
 *
 * What structured clone would lose (errors, instances of registered classes, symbols, ...) is replaced by records with a
 * marker; `encoded` says whether any are there, so that the receiver walks only then. A value with instances in it is
 * wrapped in a list of their classes (records.ts): the receiver sees at a glance what it has to load first.
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

/** Values ready for `postMessage`. */
export interface Encoded<T> {
  readonly value: T;
  /** Whether {@link decodeValue} has something to rebuild. */
  readonly encoded: boolean;
  /** Whether `value` refers to the user's own objects: post it before they can change. */
  readonly live: boolean;
  /** For postMessage's transfer list. */
  readonly transfer: readonly object[] | undefined;
}

/**
 * Makes a value ready to travel.
 *
 * @param root - what the value is called in messages: `args`, `result`
 * @param mayPostNow - whether the message can leave before the user's code goes on; large values are then not copied
 * @param destination - how far it goes: what only threads can be given is refused on the way to a process
 * @param callerObjects - collects the caller objects in the value (callbacks, signals, sources of items); without it they are
 *   refused
 * @throws SerializationError with the path of what can't travel
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
    // What is to be moved is detached while it is copied: make sure first that the rest can travel.
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

/** What a walk came to. */
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

/** The value is on its way: what was marked to be moved is not marked any more. */
function sent<T>({ value, classes, encoded, live, notes }: Walked<T>): Encoded<T> {
  for (const each of notes.marked ?? []) clearTransferMark(each);
  return { value: classes === undefined ? value : (withClasses(value, classes) as T), encoded, live, transfer: notes.transfer };
}

function unlimitedGaveUp(): never {
  throw new Refusal("it can't be copied: a copy without limit gave up");
}
