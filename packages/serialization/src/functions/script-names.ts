/**
 * Finds the names of scripts by the numbers that V8 gives them. There are two sources:
 *
 *   the call stack   some 0.1 ms; the script that defines a function is often the one that submits it
 *   a sweep          V8 lists all scripts and hashes their sources: 30 to 500 ms, more with many modules
 *
 * A sweep lists all scripts, so a script that existed then and was not listed with a name has none: it was made by `eval` or `Function`.
 * Programs that evaluate code make scripts without end. So two kinds of sweeps take at most a fiftieth of the time: those for a name that
 * only stack traces would show, and those after one that found no name.
 */
import type * as Inspector from 'node:inspector';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';

import { withStackLimit } from '@heddle/futures/errors';
import { requireOfNode } from '../require-of-node.js';
import { STASH, ask, evaluate, withSession, type Session } from './inspector-session.js';

/**
 * How much effort a name is worth: `free`, only if it is known; `stack`, a look at the call stack; `shown`, a sweep now and then, since
 * stack traces have it; `likely`, a sweep, unless the last one found no name; `needed`, a sweep, since it decides what the function means.
 */
export type Effort = 'free' | 'stack' | 'shown' | 'likely' | 'needed';

const MOST_FRAMES = 64;
const MOST_FILES = 50;
const MOST_NAMES = 200_000;
/** The pause after a sweep, as a multiple of the time that it took. */
const REST = 50;

const names = new Map<string, string>();
/** All scripts up to this number are known. */
let sweptTo = 0;
/** The CommonJS modules that existed then. */
let sweptFiles: ReadonlySet<string> = new Set();
const restUntil = { shown: 0, likely: 0 };

/** Counts the sweeps, for tests. */
export const sweeps = { count: 0 };

/** @returns a script's name: a URL, a path, `[eval]`; empty when it has none, `undefined` when it is not known */
export function scriptName(scriptId: string, effort: Effort): string | undefined {
  const known = knownName(scriptId);
  if (known !== undefined || effort === 'free') return known;
  learnFromStack();
  const onStack = names.get(scriptId);
  if (onStack !== undefined || effort === 'stack') return onStack;
  if (effort !== 'needed' && performance.now() < restUntil[effort]) return undefined;
  const rest = sweep() * REST;
  const name = knownName(scriptId);
  restUntil.shown = performance.now() + rest;
  if (name === '') restUntil.likely = restUntil.shown;
  return name;
}

/**
 * Names a script if it was loaded as a CommonJS module after the last sweep, since Node lists those modules.
 *
 * @param stands - tells whether the function in question is in a file
 */
export function nameScript(scriptId: string, stands: (url: string) => boolean): void {
  if (sweptTo === 0 || knownName(scriptId) !== undefined) return;
  const files = commonJsFiles().filter((file) => !sweptFiles.has(file));
  if (files.length > MOST_FILES) return;
  const url = files.map((file) => pathToFileURL(file).href).find(stands);
  if (url !== undefined) names.set(scriptId, url);
}

function commonJsFiles(): string[] {
  return Object.keys(requireOfNode.cache).filter((file) => isAbsolute(file));
}

function knownName(scriptId: string): string | undefined {
  return names.get(scriptId) ?? (Number(scriptId) <= sweptTo ? '' : undefined);
}

function learn(scriptId: string, url: string): void {
  if (url !== '' || Number(scriptId) > sweptTo) names.set(scriptId, url);
}

/** Reads script ids from the stack of an error. Errors have them if the Runtime domain is on when they are created. */
function learnFromStack(): void {
  forgetSome();
  const held: { error: Error | undefined } = { error: undefined };
  withSession(held, (session) => {
    ask(session, 'Runtime.enable');
    try {
      held.error = errorHere();
      const errorObjectId = evaluate(session, `${STASH}.error`);
      const answer = ask(session, 'Runtime.getExceptionDetails', { errorObjectId });
      const { exceptionDetails } = answer as { exceptionDetails?: Inspector.Runtime.ExceptionDetails };
      for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? []) learn(scriptId, url);
    } finally {
      ask(session, 'Runtime.disable');
    }
  });
}

function errorHere(): Error {
  // The first frames are Heddle's.
  const error = withStackLimit(MOST_FRAMES, () => new Error());
  // Otherwise it would be formatted for the answer: with source maps, frame by frame through their files.
  Object.defineProperty(error, 'stack', { value: '' });
  return error;
}

/** Sweeps. @returns the milliseconds that it took */
function sweep(): number {
  sweeps.count += 1;
  const start = performance.now();
  withSession({}, (session) => {
    sweepBy(session);
  });
  return performance.now() - start;
}

function sweepBy(session: Session): void {
  let last = 0;
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
    last = Math.max(last, Number(scriptId));
    if (url === '') names.delete(scriptId);
    else names.set(scriptId, url);
  });
  try {
    ask(session, 'Debugger.enable');
    sweptFiles = new Set(commonJsFiles());
    sweptTo = Math.max(sweptTo, last);
  } finally {
    ask(session, 'Debugger.disable');
  }
}

function forgetSome(): void {
  if (names.size < MOST_NAMES) return;
  names.clear();
  sweptTo = 0;
}
