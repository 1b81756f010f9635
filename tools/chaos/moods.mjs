/**
 * What campaigns are made of. A mood says which faults one has: with few kinds of faults much can be demanded of
 * the rest, with all of them whatever nobody thought of meets.
 */

/** @import { ExecutorKind, TaskKind } from './types.d.ts' */

/**
 * @typedef {object} Mood
 * @property {Partial<Record<TaskKind, number>>} good most tasks, by weight
 * @property {Partial<Record<TaskKind, number>>} bad some tasks, by weight
 * @property {readonly [least: number, most: number]} badCount how many of these
 * @property {number} cancels the share of tasks that the caller cancels
 * @property {number} aborts the share that it aborts, times out, or gives a signal to
 * @property {readonly [least: number, most: number]} attacks on workers, from outside
 * @property {readonly [least: number, most: number]} maps
 * @property {number} blocks the share of pauses in which the caller is busy itself
 * @property {number} brittle the share of campaigns whose executor breaks: by its initializer, or by few deaths
 * @property {number} largest the largest buffer, in bytes
 */

const KiB = 1024;

/** @type {Partial<Record<TaskKind, number>>} */
const values = { add: 30, addBySource: 10, work: 12, sleep: 6, take: 6, make: 6, move: 3, nest: 2 };
/** @type {Partial<Record<TaskKind, number>>} */
const failures = { throw: 3, throwOdd: 1, unsendable: 2, refused: 1, disconnect: 1 };
/** @type {Partial<Record<TaskKind, number>>} */
const deadly = { exit: 4, uncaught: 2, hoard: 1, crash: 2, closeChannel: 3, corrupt: 2 };
/** @type {Partial<Record<TaskKind, number>>} */
const endless = { loop: 3, wait: 2, yield: 3 };

/** @type {Mood} */
const calm = {
  good: { ...values, ...failures },
  bad: {},
  badCount: [0, 0],
  cancels: 0.05,
  aborts: 0,
  attacks: [0, 0],
  maps: [0, 2],
  blocks: 0.1,
  brittle: 0,
  largest: 256 * KiB,
};

/** @type {Readonly<Record<string, Mood>>} */
export const moods = {
  calm,
  exits: {
    ...calm,
    good: { add: 30, addBySource: 10, work: 10, sleep: 4, throw: 2 },
    bad: { exit: 1 },
    badCount: [1, 6],
    cancels: 0,
    maps: [0, 0],
  },
  suicidal: { ...calm, bad: deadly, badCount: [1, 7] },
  hunted: { ...calm, attacks: [1, 8] },
  impatient: { ...calm, bad: endless, badCount: [1, 8], cancels: 0.2, aborts: 0.05 },
  heavy: { ...calm, good: { add: 10, take: 10, make: 10, move: 5, work: 2 }, attacks: [0, 4], blocks: 0.5, largest: 4096 * KiB },
  brittle: { ...calm, bad: { ...deadly, ...endless }, badCount: [1, 6], attacks: [0, 4], brittle: 1 },
  everything: {
    ...calm,
    bad: { ...deadly, ...endless },
    badCount: [2, 10],
    cancels: 0.1,
    aborts: 0.03,
    attacks: [0, 6],
    maps: [0, 3],
    blocks: 0.2,
    brittle: 0.1,
    largest: 1024 * KiB,
  },
};

/** How often each comes. */
export const moodWeights = { calm: 1, exits: 1, suicidal: 2, hunted: 2, impatient: 2, heavy: 2, brittle: 2, everything: 4 };

/** Kinds that an executor can't survive by its nature, and so is not given: a native crash of a thread is one of the program. */
const impossible = { threads: ['crash'], processes: /** @type {string[]} */ ([]) };

/** @template {object} W @param {W} weights @param {ExecutorKind} executor @returns {W} */
export function possible(weights, executor) {
  return /** @type {W} */ (Object.fromEntries(Object.entries(weights).filter(([kind]) => !impossible[executor].includes(kind))));
}
