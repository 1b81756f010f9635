/** What the threads of the pool run: a seat of a game. */
import { task } from 'heddle';
import { pauses } from '../../packages/sync/dist/core/pauses.js';
import { games } from './games.mjs';
import { Player } from './player.mjs';

const usual = { ...pauses };
const ENDLESS_MS = 1e9;

/** Who waits looks by itself, for threads that died; or never, so that only wake-ups wake. @param {boolean} isOn */
export function setLooking(isOn) {
  Object.assign(pauses, isOn ? usual : { firstMs: ENDLESS_MS, longestMs: ENDLESS_MS, atMutexMs: ENDLESS_MS });
}

export const play = task(
  import.meta.url,
  /** @param {string} name @param {any} objects @param {string} seed @param {number} seat @param {number} seats @param {boolean} isMortal */
  async function play(name, objects, seed, seat, seats, isMortal) {
    setLooking(isMortal);
    await games[name]?.play(objects, new Player(seed, seat, true), seats);
  },
);
