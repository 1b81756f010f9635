// What is done by hand on a connection to one worker, be it a thread or a process: answers come in the order of the
// questions, so a queue of resolvers is all the bookkeeping there is.

/** @import { OpenPool } from '../types.d.ts' */

/**
 * @typedef {object} Line
 * @property {(message: unknown, transfer?: readonly ArrayBuffer[]) => void} post
 * @property {(listener: (message: any) => void) => void} listen takes the place of the listener before
 * @property {() => Promise<unknown>} close
 */

/**
 * @param {Line} line
 * @returns {OpenPool['submit']}
 */
export const laneOn = (line) => {
  /** @type {((value: unknown) => void)[]} */
  const waiting = [];
  line.listen((value) => waiting.shift()?.(value));
  return (argument, transfer) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      line.post(argument, transfer);
    });
};

/**
 * The numbers from 0 to `count`, without a promise for each.
 * @param {Line} line
 * @param {number} count
 * @param {number} batch tasks a message; 1: the bare argument
 * @returns {Promise<number>} the sum of the answers
 */
export const burstOn = (line, count, batch) =>
  new Promise((resolve) => {
    let left = count;
    let sum = 0;
    line.listen((answer) => {
      if (typeof answer === 'number') sum += answer;
      else for (const value of answer) sum += value;
      left -= batch;
      if (left <= 0) resolve(sum);
    });
    for (let i = 0; i < count; i += batch) {
      if (batch === 1) line.post(i);
      else line.post(Array.from({ length: Math.min(batch, count - i) }, (_, j) => i + j));
    }
  });

/**
 * @param {Line} line
 * @param {readonly number[]} items
 * @param {number} batch items a message
 * @returns {Promise<number[]>}
 */
export const mapOn = (line, items, batch) =>
  new Promise((resolve) => {
    /** @type {number[]} */
    const results = [];
    line.listen((answer) => {
      for (const value of answer) results.push(value);
      if (results.length === items.length) resolve(results);
    });
    for (let i = 0; i < items.length; i += batch) line.post(items.slice(i, i + batch));
  });

/**
 * One lane a worker, and the lanes in turns.
 * @param {readonly Line[]} crew
 * @returns {OpenPool}
 */
export const poolOn = (crew) => {
  const lanes = crew.map(laneOn);
  let turn = 0;
  return {
    lanes,
    submit: (argument, transfer) => /** @type {OpenPool['submit']} */ (lanes[turn++ % lanes.length])(argument, transfer),
    burst: (count) => burstOn(/** @type {Line} */ (crew[0]), count, 1),
    close: () => Promise.all(crew.map((line) => line.close())),
  };
};

/**
 * Many tasks a message, to one worker.
 * @param {Line} line
 * @param {number} batch
 * @returns {OpenPool}
 */
export const batchesOn = (line, batch) => ({
  submit: () => Promise.reject(new Error('one task alone is no batch')),
  burst: (count) => burstOn(line, count, batch),
  map: (items) => mapOn(line, items, batch),
  close: () => line.close(),
});
