/**
 * Reports each failure that nobody has looked at, once, as a warning. The report comes when the future is collected, a while after its
 * executor was shut down, or when the program ends.
 *
 *   settle ──noteFailure──▶ untold ──▶ reported: collected, shut down, or the program ends
 *                             │
 *                             └──noteLook──▶ dropped
 *
 * Invariants
 * - A note is in `untold` until somebody looks at its future or it is reported, and not afterwards.
 * - A note never refers to its future, nor to the executor, so that both can be collected.
 * - The first few failures that are reported in one turn have a warning each. The others of the turn share one.
 */
import { defer, onProgramEnd, unrefTimer } from '#platform';
import { describeError, reportError } from '../helpers/report.js';

/** A failure that nobody has looked at. */
export interface FailureNote {
  /**
   * The error as text, since an error that was never formatted refers to its frames, and these to the future. Empty once the note is no
   * longer needed.
   */
  error: string;
  readonly name: string;
  /** See FutureController.failureOwner. */
  readonly owner: object | undefined;
}

const code = 'HEDDLE_NEVER_RETRIEVED';
/** How many failures of a turn have a warning each. */
const mostInTurn = 10;
/**
 * An executor's failures are reported after a shutdown once nobody has looked at a settled future for this time, in milliseconds.
 */
const quietMs = 1000;

const untold = new Set<FailureNote>();
const collected = new FinalizationRegistry<FailureNote>((note) => {
  tell(note);
});

/** How many failures were reported in this turn. */
let toldInTurn = 0;

/** The owners that were shut down and whose failures are not reported yet. */
let closing: Set<object> | undefined;
/** Whether somebody has looked at a settled future since the last timer of `waitForQuiet` was started. */
let isLookedAt = false;

/** Notes that a future has failed and that nobody has looked at it so far. */
export function noteFailure(future: object, name: string, error: unknown, owner: object | undefined): FailureNote {
  const note: FailureNote = { error: describeError(error), name, owner };
  untold.add(note);
  collected.register(future, note);
  return note;
}

/** Notes that somebody looks, for the first time, at a settled future. */
export function noteLook(note: FailureNote | undefined): void {
  isLookedAt = true;
  if (note === undefined || !untold.delete(note)) return;
  note.error = ''; // the registry keeps the note as long as the future exists
}

/**
 * Reports the failures of an executor that was shut down. A program may look at its futures only after the shutdown (`await using`, then
 * a loop). The report therefore waits as long as somebody looks at settled futures. For authors of executors.
 *
 * @param owner - see FutureController.failureOwner
 */
export function tellFailures(owner: object): void {
  isLookedAt = true; // gives this executor the full time, even if the timer of an earlier shutdown is about to end
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
