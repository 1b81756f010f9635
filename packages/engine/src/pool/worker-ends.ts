/**
 * Handles workers that ended, expected or not: decides what happens to their tasks, and to the pool.
 *
 *   not claimed             ─▶ back to the queue, unless their arguments were moved
 *   claimed                 ─▶ fail with the worker's end: they may have had effects
 *   limit of deaths passed  ─▶ the pool is broken: every task fails
 */
import { reportError, type Reservations, type TaskTally } from '@heddle/futures/authors';
import type { Crew } from '../crew/crew.js';
import { describeExit, diedError, movedAwayError } from '../crew/death-errors.js';
import { DeathWatch, type DeathLimit } from '../crew/death-watch.js';
import type { Dispatcher } from '../crew/dispatcher.js';
import { isShortage } from '../crew/shortage.js';
import { StartTrouble, type StartEvents } from '../crew/start-trouble.js';
import type { WorkerHandle } from '../crew/worker-handle.js';
import type { WorkerExit } from '../protocol/channel.js';
import type { SettleLoop } from '../task/settle-loop.js';
import type { EngineClock } from '../waiting/clock.js';
import type { Aborts } from './aborts.js';
import type { BlockedWorkers } from './blocked-workers.js';
import type { Broadcasts } from './broadcasts.js';
import type { NestedTasks } from './nested-tasks.js';
import type { Outcomes } from './outcomes.js';
import type { PoolState } from './pool-state.js';

/** The parts of the pool that the end of a worker affects. */
export interface WorkerEndsParts {
  /** The name of the pool, for messages. */
  readonly name: string;
  readonly startTimeoutMs: number;
  readonly deathLimit: DeathLimit | undefined;
  readonly clock: EngineClock;
  readonly state: PoolState;
  readonly tally: TaskTally;
  readonly crew: Crew;
  readonly dispatcher: Dispatcher;
  readonly outcomes: Outcomes;
  readonly settleLoop: SettleLoop;
  readonly reservations: Reservations;
  readonly aborts: Aborts;
  readonly nested: NestedTasks;
  readonly blocked: BlockedWorkers;
  readonly broadcasts: Broadcasts;
}

export class WorkerEnds {
  readonly #parts: WorkerEndsParts;
  readonly #deaths: DeathWatch;
  readonly #starts: StartTrouble;

  constructor(parts: WorkerEndsParts) {
    this.#parts = parts;
    this.#deaths = new DeathWatch(parts.deathLimit);
    const events: StartEvents = {
      lost: () => this.#countDeath(),
      broken: (cause) => {
        this.breakPool(cause);
      },
    };
    this.#starts = new StartTrouble(parts.name, parts.startTimeoutMs, parts.crew, events, parts.clock);
  }

  /** A worker can run tasks. */
  ready(): void {
    this.#starts.isOver();
  }

  startTimedOut(worker: WorkerHandle): void {
    this.#starts.timedOut(worker);
  }

  /** The platform refused to start a worker. */
  startFailed(error: unknown): void {
    this.#starts.notStarted({ error, refused: isShortage(error) ? 'short' : 'never' });
  }

  /** A worker has ended. @param expected - whether it had been told to end */
  ended(worker: WorkerHandle, told: WorkerExit, expected: boolean): void {
    const { state, tally, crew, dispatcher, outcomes, settleLoop, aborts, nested, blocked } = this.#parts;
    const exit = told.error === undefined && worker.lastWords !== undefined ? { ...told, error: worker.lastWords } : told;
    const { claimed, unclaimed } = worker.takeInFlight();
    const isCrash = !expected && exit.refused === undefined;
    const isOneTooMany = isCrash && this.#countDeath();
    const cause = exit.error ?? new Error(describeExit(worker.name, exit));
    dispatcher.unshift(unclaimed.filter((record) => record.canBeResent));
    const lost = [...unclaimed.filter((record) => !record.canBeResent), ...claimed];
    for (const record of lost) record.sealAgainstCancel();
    if (isOneTooMany) state.break(cause); // before any future settles: its callbacks may submit, and have to see a broken pool
    if (worker.runTimes !== undefined) tally.runTime.add(worker.runTimes);
    nested.orphan(worker);
    this.#parts.broadcasts.workerEnded(worker, exit);
    settleLoop.each(
      lost,
      (record) => {
        if (aborts.failIfAborting(record)) return;
        outcomes.fail(record, record.worker === undefined ? movedAwayError(record, worker, exit) : diedError(record, worker, exit));
      },
      () => {
        if (exit.refused !== undefined) this.#starts.notStarted(exit);
        else if (isOneTooMany) this.#failAll(cause);
        crew.fill();
        dispatcher.dispatch();
        blocked.check();
      },
    );
  }

  /** The pool cannot continue: every future gets an error of its own. */
  breakPool(cause: unknown): void {
    const { state } = this.#parts;
    if (state.value === 'broken') return;
    state.break(cause);
    this.#failAll(cause);
  }

  #failAll(cause: unknown): void {
    const { name, state, crew, dispatcher, outcomes, reservations } = this.#parts;
    reservations.cancelAll(state.broken("the rest of a map can't be run"));
    const workers = [...crew.workers];
    const records = [...dispatcher.drain(), ...workers.flatMap((worker) => Object.values(worker.takeInFlight()).flat())];
    outcomes.failEach(records, (record) => state.broken(`task "${record.name}" can't be run`));
    for (const worker of workers) crew.terminate(worker);
    dispatcher.close();
    reportError(`${name} is broken: it accepts no more tasks`, 'HEDDLE_BROKEN', cause);
  }

  /** Counts a lost worker. @returns whether the limit of deaths is exceeded */
  #countDeath(): boolean {
    const { tally, crew, clock } = this.#parts;
    tally.crashes += 1;
    return this.#deaths.record(clock.now(), crew.maxWorkers);
  }
}
