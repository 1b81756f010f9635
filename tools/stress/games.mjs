/**
 * The games. Each makes its objects, has every seat play with them, and looks at the end whether they are as they should be.
 *
 * @typedef {import('./player.mjs').Player} Player
 * @typedef {{ make(seats: number): any, play(objects: any, player: Player, seats: number): Promise<void>, check(objects: any, seats: number): void }} Game
 */
import { inspect } from 'node:util';
import { Barrier, BoundedSemaphore, Condition, Event, LifoQueue, Lock, PriorityQueue, Queue, RLock } from '@heddle/sync';
import { must } from './player.mjs';

const ROUNDS = 150;

/** @param {number} count */
const words = (count) => new Int32Array(new SharedArrayBuffer(4 * count));

/** @param {any} object @param {string} shown */
const mustShow = (object, shown) => must(inspect(object) === shown, `${inspect(object)} should be ${shown}`);

/** Alone, or with a few: `inside` counts. @param {Int32Array} inside @param {number} most @param {Player} player */
async function dwellInside(inside, most, player) {
  must(Atomics.add(inside, 0, 1) < most, 'more are inside than may be');
  await player.dwell();
  Atomics.sub(inside, 0, 1);
}

/** @param {(player: Player) => Promise<void>} round @param {Player} player */
async function rounds(round, player) {
  for (let i = 0; i < ROUNDS; i++) await round(player);
}

/** @type {Game} */
const lock = {
  make: () => ({ lock: new Lock(), inside: words(1) }),
  play: (objects, player) =>
    rounds(async () => {
      await player.take(objects.lock);
      await dwellInside(objects.inside, 1, player);
      objects.lock.release();
    }, player),
  check: ({ lock }) => mustShow(lock, 'Lock { locked: false, waiting: 0 }'),
};

/** Each round of a player in the main thread is an owner of its own there. @type {Game} */
const rlock = {
  make: () => ({ lock: new RLock(), inside: words(1) }),
  play: ({ lock, inside }, player) =>
    rounds(async () => {
      if (!player.mayBlock) return lock.run(() => dwellInside(inside, 1, player));
      const levels = player.random.integer(1, 3);
      for (let i = 0; i < levels; i++) await player.take(lock);
      await dwellInside(inside, 1, player);
      for (let i = 0; i < levels; i++) lock.release();
    }, player),
  check: ({ lock }) => mustShow(lock, 'RLock { locked: false, waiting: 0 }'),
};

/** @type {Game} */
const semaphore = {
  make: () => ({ semaphore: new BoundedSemaphore(3), inside: words(1) }),
  play: ({ semaphore, inside }, player) =>
    rounds(async () => {
      await player.take(semaphore);
      await dwellInside(inside, 3, player);
      semaphore.release();
    }, player),
  check: ({ semaphore }) => mustShow(semaphore, 'BoundedSemaphore { value: 3, waiting: 0 }'),
};

/** A buffer of five: even seats put, odd ones take. Every notification counts. @type {Game} */
const condition = {
  make: () => {
    const lock = new Lock();
    return { room: new Condition(lock), items: new Condition(lock), count: words(1) };
  },
  play: ({ room, items, count }, player) => {
    const [own, other, change, isReady] =
      player.seat % 2 === 0 ? [room, items, 1, () => count[0] < 5] : [items, room, -1, () => count[0] > 0];
    return rounds(async () => {
      await player.take(own);
      const isSync = player.mayBlock && player.random.chance(0.5);
      const timeoutMs = player.random.chance(0.2) ? 0.1 : Infinity;
      while (!(isSync ? own.waitForSync(isReady, timeoutMs) : await own.waitFor(isReady, { timeoutMs })));
      must(isReady(), 'waitFor came back too early');
      count[0] += change;
      if (player.random.chance(0.9)) other.notify();
      else other.notifyAll();
      own.release();
    }, player);
  },
  check: ({ room, items, count }) => {
    must(count[0] === 0, `${count[0]} are left in the buffer`);
    mustShow(room, 'Condition { locked: false, waiting: 0 }');
    mustShow(items, 'Condition { locked: false, waiting: 0 }');
  },
};

/** A token goes round: who has it sets the next one's event. @type {Game} */
const event = {
  make: (seats) => {
    const events = Array.from({ length: seats }, () => new Event());
    events[0]?.set();
    return { events };
  },
  play: ({ events }, player, seats) => {
    const own = events[player.seat];
    return rounds(async () => {
      while (
        !(player.mayBlock && player.random.chance(0.5)
          ? own.waitSync(player.random.pick([0.1, Infinity]))
          : await own.wait({ timeoutMs: player.random.pick([0.1, Infinity]) }))
      );
      own.clear();
      events[(player.seat + 1) % seats].set();
    }, player);
  },
  check: ({ events }) => {
    for (const [i, each] of events.entries()) mustShow(each, `Event { set: ${i === 0}, waiting: 0 }`);
  },
};

/** @type {Game} */
const barrier = {
  make: (seats) => ({ barrier: new Barrier(seats), arrived: words(ROUNDS), places: words(ROUNDS) }),
  play: async ({ barrier, arrived, places }, player, seats) => {
    for (let i = 0; i < ROUNDS; i++) {
      await player.dwell();
      Atomics.add(arrived, i, 1);
      const place = player.mayBlock && player.random.chance(0.5) ? barrier.waitSync() : await barrier.wait();
      must(Atomics.load(arrived, i) === seats, 'somebody went on before all were there');
      Atomics.or(places, i, 1 << place);
    }
  },
  check: ({ barrier, places }, seats) => {
    must(
      places.every((/** @type {number} */ each) => each === 2 ** seats - 1),
      'two had the same place',
    );
    mustShow(barrier, `Barrier { parties: ${seats}, waiting: 0, broken: false }`);
  },
};

/** Even seats put, odd ones get. @param {() => any} make @param {boolean} inOrder @returns {Game} */
const queue = (make, inOrder) => ({
  make: (seats) => ({ queue: make(), got: words(seats * ROUNDS), left: words(1).fill(Math.ceil(seats / 2)) }),
  play: async ({ queue, got, left }, player, seats) => {
    if (player.seat % 2 === 1) return getAll(queue, got, player, inOrder, seats);
    for (let i = 0; i < ROUNDS; i++)
      await putOne(
        queue,
        player.random.chance(0.5) ? [i, player.seat] : [i, player.seat, { text: 'x'.repeat(player.random.skewed(0, 5000)) }],
        player,
      );
    if (Atomics.sub(left, 0, 1) > 1) return;
    await queue.join();
    queue.shutdown();
  },
  check: ({ queue, got }, seats) => {
    for (let seat = 0; seat < seats; seat += 2) {
      must(
        got.subarray(seat * ROUNDS, (seat + 1) * ROUNDS).every((/** @type {number} */ times) => times === 1),
        'an item was lost, or came twice',
      );
    }
    must(/\{ size: 0, unfinished: 0, shutDown: true, waiting: 0 \}/.test(inspect(queue)), inspect(queue));
  },
});

/** @param {any} queue @param {unknown} item @param {Player} player */
async function putOne(queue, item, player) {
  for (;;) {
    switch (player.random.integer(0, 4)) {
      case 0:
        if (queue.tryPut(item)) return;
        break;
      case 1:
        if (await inTime(() => queue.put(item, { timeoutMs: 0.1 }))) return;
        break;
      case 2:
        if (await player.aborted((signal) => queue.put(item, { signal }))) return;
        break;
      case 3:
        return queue.put(item);
      default:
        return player.mayBlock ? queue.putSync(item) : queue.put(item);
    }
  }
}

/** @param {any} queue @param {Int32Array} got @param {Player} player @param {boolean} inOrder @param {number} seats */
async function getAll(queue, got, player, inOrder, seats) {
  const last = Array(seats).fill(-1);
  const note = (/** @type {[number, number]} */ [i, seat]) => {
    if (inOrder) must(i > last[seat], 'items of one player came out of order');
    last[seat] = i;
    Atomics.add(got, seat * ROUNDS + i, 1);
    queue.taskDone();
  };
  try {
    for (;;) {
      switch (player.random.integer(0, 4)) {
        case 0: {
          const box = queue.tryGet();
          if (box !== undefined) note(box.item);
          else await player.dwell();
          break;
        }
        case 1:
          await inTime(async () => note(await queue.get({ timeoutMs: 0.1 })));
          break;
        case 2:
          await player.aborted(async (signal) => note(await queue.get({ signal })));
          break;
        case 3:
          note(await queue.get());
          break;
        default:
          note(player.mayBlock ? queue.getSync() : await queue.get());
      }
    }
  } catch (error) {
    if (/** @type {{ code?: unknown }} */ (error).code !== 'HEDDLE_SHUTDOWN') throw error;
  }
}

/** @param {() => Promise<unknown>} fn @returns {Promise<boolean>} */
async function inTime(fn) {
  try {
    await fn();
    return true;
  } catch (error) {
    if (/** @type {{ code?: unknown }} */ (error).code === 'HEDDLE_TIMEOUT') return false;
    throw error;
  }
}

/** @type {Readonly<Record<string, Game>>} */
export const games = {
  lock,
  rlock,
  semaphore,
  condition,
  event,
  barrier,
  queue: queue(() => new Queue({ maxSize: 5 }), true),
  lifo: queue(() => new LifoQueue({ maxSize: 5 }), false),
  priority: queue(() => new PriorityQueue({ maxSize: 20 }), false),
};
