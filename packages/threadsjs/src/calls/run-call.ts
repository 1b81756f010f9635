/**
 * The worker's half of a call:
 *
 *   load the function ─▶ read the arguments ─▶ run it as the current task ─▶ its outcome is the last answer
 *
 * Every call has exactly one outcome, also when nothing of it can be read or its outcome cannot travel.
 */
import type { ChunkOutcome, PushItems, Sliceable } from '@heddle/futures';
import { addTaskHost, createAmbient, runChunk, runStream } from '@heddle/futures/worker';
import { encodeValue, explainRefusal, loadFunction, type LoadedFunction } from '@heddle/serialization/worker';
import type { Answer, CallMessage, Note, WireFunction, WireValue } from './protocol.js';
import { readValue } from './read-value.js';
import { RunningCall } from './running-call.js';
import { writeOrExplain, writeValue } from './write-value.js';

/** Sends an answer. @throws what structured clone throws when the answer cannot be posted */
export type Emit = (answer: Answer, transfer?: readonly object[]) => void;

const functions = new Map<string, LoadedFunction | Promise<LoadedFunction>>();
const running = new Map<string, RunningCall>();
const ambient = createAmbient<RunningCall>();

addTaskHost({ currentTask: () => ambient.get(), currentExecutor: () => undefined });

/** Runs a call. The promise resolves when its outcome has been sent, and never rejects. */
export async function runCall(message: CallMessage, emit: Emit): Promise<void> {
  const call = new RunningCall(message, {
    watching: () => {
      emit({ kind: 'watching' });
    },
    report: (progress) => {
      send(progress, 'progress', (value, transfer) => {
        emit({ kind: 'progress', value }, transfer);
      });
    },
  });
  running.set(message.id, call);
  try {
    const fn = await loaded(message.fn);
    const args = (await readValue(message.args)).value;
    const outcome = await ambient.run(call, () => invoke(fn, args, message, call, emit));
    if (message.kind === 'chunk') answerChunk(outcome.value as ChunkOutcome, emit);
    else sendOutcome('result', outcome.value, emit);
  } catch (error) {
    sendOutcome('error', error, emit);
  } finally {
    running.delete(message.id);
  }
}

/** Takes a note of the caller. One for a call that has ended is dropped. */
export async function takeNote(id: string, note: Note): Promise<void> {
  const call = running.get(id);
  if (call === undefined) return;
  if (note.kind === 'abort') call.abort((await readValue(note.reason)).value);
  else if (note.failure === undefined) call.room();
  else call.noMore((await readValue(note.failure)).value);
}

function loaded(fn: WireFunction): LoadedFunction | Promise<LoadedFunction> {
  if (fn.id === undefined) {
    const read = readValue(fn.bound);
    return read instanceof Promise ? read.then(({ value }) => value as LoadedFunction) : (read.value as LoadedFunction);
  }
  const { id, descriptor } = fn;
  const known = functions.get(id);
  if (known !== undefined) return known;
  if (descriptor === undefined) throw new Error(`protocol: a call of the unknown function ${id}`);
  const loading = loadFunction(descriptor);
  functions.set(id, loading);
  return loading;
}

/** @returns the outcome in a box, as readValue does */
async function invoke(
  fn: LoadedFunction,
  args: unknown,
  { kind, spread }: CallMessage,
  call: RunningCall,
  emit: Emit,
): Promise<{ value: unknown }> {
  switch (kind) {
    case 'call':
      return { value: await fn(...(args as unknown[])) };
    case 'chunk':
      return { value: await runChunk(fn, args as Sliceable, spread) };
    case 'stream':
      return { value: await runStream(fn, pushOf(call, emit), args as unknown[], call.signal) };
  }
}

/** @returns a function that sends items, and gives a promise that resolves when the consumer has taken them */
function pushOf(call: RunningCall, emit: Emit): PushItems {
  return (items) => {
    const taken = call.whenRoom();
    const { value, encoded, transfer } = encodeValue(items, 'items', true, 'thread');
    try {
      emit({ kind: 'items', value: { value, encoded } }, transfer);
    } catch (problem) {
      throw explainRefusal(items, 'items', problem, 'thread');
    }
    return taken;
  };
}

function answerChunk({ values, failure, elapsedMs }: ChunkOutcome, emit: Emit): void {
  const error = failure === undefined ? undefined : writeOrExplain(failure.error, 'error');
  try {
    const { value, encoded, transfer } = encodeValue(values, 'results', true, 'thread');
    emit({ kind: 'chunk', values: { value, encoded }, failure: error, elapsedMs }, transfer);
  } catch {
    emit({ kind: 'chunk', ...soundPart(values, error), elapsedMs });
  }
}

/** Some value of a chunk cannot travel: the error that says so is the failure, and the values before it are the results. */
function soundPart(values: ArrayLike<unknown>, failure: WireValue | undefined): { values: WireValue; failure: WireValue | undefined } {
  const sound: unknown[] = [];
  for (const value of Array.from(values)) {
    try {
      writeValue(value, 'result');
      sound.push(value);
    } catch (problem) {
      return { values: writeValue(sound, 'results'), failure: writeValue(problem, 'error') };
    }
  }
  return { values: writeValue(sound, 'results'), failure };
}

function sendOutcome(kind: 'result' | 'error', outcome: unknown, emit: Emit): void {
  const root = kind === 'result' ? 'result' : 'error';
  try {
    send(outcome, root, (value, transfer) => {
      emit({ kind, value }, transfer);
    });
  } catch (problem) {
    emit({ kind: 'error', value: writeValue(explainRefusal(outcome, root, problem, 'thread'), root) });
  }
}

function send(given: unknown, root: string, post: (value: WireValue, transfer: readonly object[] | undefined) => void): void {
  const { value, encoded, transfer } = encodeValue(given, root, true, 'thread');
  post({ value, encoded }, transfer);
}
