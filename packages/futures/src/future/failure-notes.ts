/**
 * Failures that nobody has looked at, and when they are told: as soon as the future is collected, a while after its executor was
 * shut down, or when the program ends; once each.
 *
 *   settle ──noteFailure──▶ untold ──▶ told: collected, shut down, or the program ends
 *                             │
 *                             └──noteLook──▶ let go
 *
 * Invariants
 * - A note is in `untold` until somebody looks at its future or it is told, and not afterwards.
 * - A note never refers to its future, nor to the executor: both can be collected.
 * - Of what is told in one turn the first few have a warning each, and the others one together.
 */
import { defer, onProgramEnd, unrefTimer } from '#platform';
import { describeError, reportError } from '../helpers/report.js';

/** A failure that nobody has looked at. */
export interface FailureNote {
  /** The error as text: an error that was never formatted holds on to its frames, and these to the future. Given up with the note. */
  error: string;
  readonly name: string;
  /** See FutureController.failureOwner. */
  readonly owner: object | undefined;
}

const code = 'HEDDLE_NEVER_RETRIEVED';
/** So many of a turn have a warning of their own. */
const mostInTurn = 10;
/** For so long after a shutdown nobody has looked at any future that is done, before the executor's failures are told. */
const quietMs = 1000;

const untold = new Set<FailureNote>();
const collected = new FinalizationRegistry<FailureNote>((note) => {
  tell(note);
});

/** Told in this turn. */
let toldInTurn = 0;

/** Of executors that were shut down, until their failures are told. */
let closing: Set<object> | undefined;
/** Whether anybody has looked at a future that was done, since it was last asked. */
let isLookedAt = false;

/** A future has failed, and nobody has looked at it so far. */
export function noteFailure(future: object, name: string, error: unknown, owner: object | undefined): FailureNote {
  const note: FailureNote = { error: describeError(error), name, owner };
  untold.add(note);
  collected.register(future, note);
  return note;
}

/** Somebody looks, for the first time, at a future that is done. */
export function noteLook(note: FailureNote | undefined): void {
  isLookedAt = true;
  if (note === undefined || !untold.delete(note)) return;
  note.error = ''; // the registry keeps the note for as long as the future is there
}

/**
 * An executor has been shut down: what nobody looks at now is told. People go through their futures after the shutdown, too
 * (`await using`, then a loop): as long as anybody looks at futures that are done they are given time. For executor authors.
 *
 * @param owner - see FutureController.failureOwner
 */
export function tellFailures(owner: object): void {
  isLookedAt = true; // this executor has its time, whenever the one before it was shut down
  if (closing !== undefined) closing.add(owner);
  else if (hasFailures(owner)) {
    closing = new Set([owner]);
    waitForQuiet(closing);
  }
}

function waitForQuiet(owners: ReadonlySet<object>): void {
  isLookedAt = false;
  unrefTimer(
    setTimeout(() => {
      if (isLookedAt) {
        waitForQuiet(owners);
        return;
      }
      closing = undefined;
      for (const note of untold) if (note.owner !== undefined && owners.has(note.owner)) tell(note);
    }, quietMs),
  );
}

function hasFailures(owner: object): boolean {
  for (const note of untold) if (note.owner === owner) return true;
  return false;
}

function tell(note: FailureNote): void {
  if (!untold.delete(note)) return;
  if (toldInTurn === 0) defer(tellHowManyMore);
  toldInTurn += 1;
  if (toldInTurn <= mostInTurn) reportError(`Future exception was never retrieved (task "${note.name}")`, code, note.error);
  note.error = '';
}

function tellHowManyMore(): void {
  const more = toldInTurn - mostInTurn;
  toldInTurn = 0;
  if (more > 0)
    reportError(
      `Future exceptions were never retrieved: ${String(more)} more`,
      code,
      `the ${String(mostInTurn)} before them were told one by one`,
    );
}

onProgramEnd(() => {
  for (const note of untold) tell(note);
  tellHowManyMore();
});
