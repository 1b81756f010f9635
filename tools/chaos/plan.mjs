/** From a seed to all that a campaign will do. Nothing here looks at the clock or at the machine. */
import { moods, moodWeights, possible } from './moods.mjs';
import { Random } from './random.mjs';

/** @import { Attack, Ending, ExecutorKind, Plan, PlannedMap, PlannedTask, Step, TaskKind } from './types.d.ts' */
/** @import { Mood } from './moods.mjs' */

/** Descriptors of a worker's channel, or for threads the ways to close it: see tasks.mjs. */
const CHANNEL_PARTS = { processes: [3, 4, 5], threads: [0, 1, 2] };
/** Ways to spoil the globals: see tasks.mjs. */
export const SPOILS = 6;

/**
 * @param {ExecutorKind} executor
 * @param {string} seed
 * @returns {Plan}
 */
export function makePlan(executor, seed) {
  const random = new Random(`${executor}/${seed}`);
  const mood = random.weighted(moodWeights);
  return new Planner(executor, seed, random, mood, /** @type {Mood} */ (moods[mood])).plan();
}

class Planner {
  #ids = 0;

  /** @param {ExecutorKind} executor @param {string} seed @param {Random} random @param {string} name @param {Mood} mood */
  constructor(executor, seed, random, name, mood) {
    this.executor = executor;
    this.seed = seed;
    this.random = random;
    this.name = name;
    this.mood = mood;
  }

  /** @returns {Plan} */
  plan() {
    const { executor, seed, random, mood } = this;
    const isBrittle = random.chance(mood.brittle);
    const options = this.#options(isBrittle);
    const steps = this.#steps(options.minWorkers ?? 1);
    return {
      executor,
      seed,
      mood: this.name,
      options,
      isTight: mood.bad.hoard !== undefined,
      initializerFailsAt: isBrittle && random.chance(0.5) ? random.integer(1, 5) : 0,
      steps,
      attacks: this.#attacks(),
      ending: this.#ending(),
      endsAfterMs: random.chance(0.3) ? random.skewed(0, 50) : undefined,
      ids: this.#ids,
    };
  }

  /** @param {boolean} isBrittle */
  #options(isBrittle) {
    const { random } = this;
    const maxWorkers = random.integer(1, 4);
    return {
      maxWorkers,
      deathLimit: isBrittle ? { maxDeaths: random.integer(0, 3), periodMs: 10_000 } : { maxDeaths: 100_000, periodMs: 1000 },
      ...(random.chance(0.3) ? { minWorkers: random.integer(1, maxWorkers) } : {}),
      ...(random.chance(0.2) ? { maxTasksPerWorker: random.skewed(1, 100) } : {}),
      ...(random.chance(0.2) ? { idleTimeoutMs: random.skewed(0, 200) } : {}),
      ...(random.chance(0.2) ? { maxQueueSize: random.integer(0, 200) } : {}),
    };
  }

  /** @param {number} minWorkers @returns {Step[]} */
  #steps(minWorkers) {
    const { random, mood } = this;
    const kinds = this.#kinds();
    /** @type {Step[]} */
    const steps = [];
    while (kinds.length > 0) {
      const tasks = kinds.splice(0, random.skewed(1, 120)).map((kind) => this.#task(kind));
      steps.push({ do: 'submit', tasks });
      const rest = random.fraction();
      if (rest < 0.3) steps.push({ do: 'catchUp', ms: random.integer(1, 300) });
      else if (rest < 0.6) steps.push({ do: random.chance(mood.blocks) ? 'block' : 'pause', ms: random.skewed(0, 30) });
    }
    for (let maps = random.integer(...mood.maps); maps > 0; maps--) {
      steps.splice(random.integer(0, steps.length), 0, { do: 'map', map: this.#map() });
    }
    for (let resizes = random.chance(0.3) ? random.integer(1, 4) : 0; resizes > 0; resizes--) {
      steps.splice(random.integer(0, steps.length), 0, { do: 'resize', maxWorkers: random.integer(minWorkers, 4) });
    }
    return steps;
  }

  /** @returns {TaskKind[]} */
  #kinds() {
    const { random, mood, executor } = this;
    const good = possible(mood.good, executor);
    const kinds = Array.from({ length: random.skewed(60, 600) }, () => random.weighted(good));
    for (let bad = random.integer(...mood.badCount); bad > 0; bad--) {
      kinds.splice(random.integer(0, kinds.length), 0, random.weighted(possible(mood.bad, executor)));
    }
    return kinds;
  }

  /** @param {TaskKind} kind @returns {PlannedTask} */
  #task(kind) {
    const { random, mood } = this;
    const size = this.#size(kind);
    const id = this.#id(kind === 'nest' ? 1 + size : 1);
    const isEndless = kind === 'loop' || kind === 'wait' || kind === 'yield';
    return {
      id,
      kind,
      size,
      ...(random.chance(0.05) ? { priority: random.integer(-2, 2) } : {}),
      ...(isEndless || random.chance(mood.aborts) ? this.#stop() : {}),
      ...(random.chance(mood.cancels) ? { cancelMs: random.skewed(0, 60) } : {}),
    };
  }

  /** One of the ways to end what doesn't end by itself. */
  #stop() {
    const { random } = this;
    const ms = random.skewed(1, 80);
    const way = random.fraction();
    if (way < 0.4) return { timeoutMs: ms };
    if (way < 0.7) return { signalMs: ms };
    return { abortMs: ms, graceMs: random.skewed(0, 60) };
  }

  /** @param {TaskKind} kind */
  #size(kind) {
    const { random, mood, executor } = this;
    switch (kind) {
      case 'work':
        return random.skewed(0, 15);
      case 'sleep':
        return random.skewed(0, 30);
      case 'take':
      case 'make':
      case 'move':
        return random.skewed(1, mood.largest);
      case 'nest':
        return random.integer(1, 5);
      case 'exit':
        return random.integer(0, 20);
      case 'closeChannel':
        return random.pick(CHANNEL_PARTS[executor]);
      case 'corrupt':
        return random.integer(0, SPOILS - 1);
      default:
        return random.integer(0, 1000);
    }
  }

  /** @returns {PlannedMap} */
  #map() {
    const { random } = this;
    const count = random.skewed(1, 400);
    const lazy = random.chance(0.4);
    return {
      firstId: this.#id(count),
      count,
      lazy,
      ordered: random.chance(0.7),
      ...(random.chance(0.5) ? { chunkSize: random.integer(1, 30) } : {}),
      ...(random.chance(0.3) ? { bufferSize: random.integer(1, 100) } : {}),
      ...(random.chance(0.3) ? { leaveAfter: random.integer(0, count) } : {}),
    };
  }

  /** @returns {Attack[]} */
  #attacks() {
    const { random, mood, executor } = this;
    const count = random.integer(...mood.attacks);
    return Array.from({ length: count }, () => {
      /** @type {Attack['signal']} */
      const signal = executor === 'threads' ? 'SIGKILL' : random.weighted({ SIGKILL: 5, SIGTERM: 2, SIGSEGV: 1, SIGSTOP: 2, warden: 1 });
      return {
        atMs: random.integer(0, 500),
        signal,
        which: random.fraction(),
        ...(signal === 'SIGSTOP' ? { forMs: random.skewed(1, 300) } : {}),
      };
    });
  }

  /** @returns {Ending} */
  #ending() {
    const force = this.executor === 'processes' ? { terminateWorkers: 1, killWorkers: 1 } : {};
    return this.random.weighted({ shutdown: 4, shutdownNoWait: 2, shutdownCancel: 2, shutdownTwice: 1, dispose: 1, drop: 2, ...force });
  }

  /** @param {number} count */
  #id(count) {
    const id = this.#ids;
    this.#ids += count;
    return id;
  }
}
