/** How tasks are submitted, and what their values and errors are compared with. */
import { inspect } from 'node:util';
import { isHeddleError } from '@heddle/futures';
import { tasksOf, transfer } from '@heddle/serialization';

/** @import { Executor } from '@heddle/futures' */
/** @import { Outcome, PlannedTask } from './types.d.ts' */

const tasks = tasksOf(new URL('./tasks.mjs', import.meta.url));

/** In a worker that a task ran in before, and whose initializer put it there. */
const addBySource = (id, size) => {
  globalThis.chaosMark(id);
  return id + size;
};

const odd = [undefined, null, 0, '', NaN, false];

/** @param {number} id @param {number} size */
const filled = (id, size) => new Uint8Array(size).fill(id);

/** @param {Executor} executor @param {PlannedTask} task */
export function submit(executor, { id, kind, size }) {
  switch (kind) {
    case 'addBySource':
      return executor.submit(addBySource, id, size);
    case 'take':
      return executor.submit(tasks.take, id, filled(id, size));
    case 'move':
      return executor.submit(tasks.move, id, transfer(filled(id, size)));
    case 'refused':
      return executor.submit(tasks.refused, id, { at: [Symbol('no')] });
    default:
      return executor.submit(tasks[kind], id, size);
  }
}

/** @param {PlannedTask} task @param {unknown} value */
function isRight({ id, kind, size }, value) {
  switch (kind) {
    case 'add':
    case 'addBySource':
      return value === id + size;
    case 'work':
    case 'sleep':
      return value === id;
    case 'take':
      return value === [size, id & 255, id & 255, id & 255].join();
    case 'make':
    case 'move':
      return value instanceof Uint8Array && Buffer.compare(value, filled(id, size)) === 0;
    case 'nest':
      return Array.isArray(value) && value.length === size && value.every((each, i) => typeof each === 'string' || each === id + 2 + i);
    case 'yield':
      return value === 'gave way';
    case 'closeChannel':
      return value === 'closed';
    case 'corrupt':
      return value === 'corrupted';
    default:
      return false; // it gives none
  }
}

/** @param {PlannedTask} task @param {unknown} value @returns {Outcome} */
export function succeeded(task, value) {
  return isRight(task, value)
    ? { how: 'value', isRight: true }
    : { how: 'value', isRight: false, text: inspect(value, { maxArrayLength: 10, maxStringLength: 100 }) };
}

/** @param {PlannedTask | undefined} task @param {unknown} error @returns {Outcome} */
export function failed(task, error) {
  return { how: 'error', code: codeOf(task, error), text: textOf(error) };
}

/** A code of Heddle's; `OWN` for exactly what the task throws; `SPOILED` for what a spoiled global threw. */
function codeOf(/** @type {PlannedTask | undefined} */ task, /** @type {any} */ error) {
  if (isHeddleError(error)) return task?.kind === 'exit' && error.exitCode === task.size ? 'EXITED' : error.code;
  if (task?.kind === 'throw' && error instanceof RangeError && error.message === `thrown by ${task.id}` && error.id === task.id)
    return 'OWN';
  if (task?.kind === 'throwOdd' && Object.is(error, odd[task.size % odd.length])) return 'OWN';
  if (task?.kind === 'disconnect' && error instanceof TypeError && error.message === 'process.disconnect is not a function') return 'OWN';
  if (error?.message === 'this global is broken') return 'SPOILED';
  return 'UNKNOWN';
}

/** @param {any} error */
function textOf(error) {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` <- ${textOf(error.cause)}`;
  return `${error.name}: ${error.message.split('\n')[0]}${cause}`.slice(0, 400);
}
