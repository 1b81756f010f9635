/**
 * Makes the parts of a pool. Each part gets only those others that it uses. The header of each part's file says what it
 * does.
 *
 *   Intake            requests ─▶ records                  Outcomes         settles futures, and counts
 *   Dispatcher, Crew  which worker gets which task         WorkerAnswers    messages of results
 *   WorkerMessages    the other messages of workers        WorkerEnds       workers that ended, or did not start
 *   Aborts            stops tasks                          NestedTasks      tasks of tasks
 *   BlockedWorkers    workers that block in a task         BlockingCaller   a caller that blocks
 *   Broadcasts        what runs once on each worker
 */
import { QueueRoom, Reservations, SubmitSites, TaskTally } from '@heddle/futures/authors';
import { Crew, type CrewEvents, type WorkerSetUp } from '../crew/crew.js';
import { Dispatcher, type DispatchEvents } from '../crew/dispatcher.js';
import type { PlacedTask, WorkerHandle } from '../crew/worker-handle.js';
import { explainUnsent } from '../protocol/encode-task.js';
import { FunctionTable } from '../task/function-table.js';
import { SettleLoop } from '../task/settle-loop.js';
import type { TaskOwner } from '../task/task-record.js';
import { Alarms } from '../waiting/alarms.js';
import type { EngineClock } from '../waiting/clock.js';
import { engineClock } from '../waiting/engine-clock.js';
import { Aborts } from './aborts.js';
import { BlockedWorkers } from './blocked-workers.js';
import { BlockingCaller } from './blocking-caller.js';
import { Broadcasts } from './broadcasts.js';
import { CallerObjectCalls } from './caller-object-calls.js';
import { Intake } from './intake.js';
import { NestedTasks } from './nested-tasks.js';
import { Outcomes } from './outcomes.js';
import { PendingCount } from './pending-count.js';
import type { PoolKind } from './pool-kind.js';
import { PoolState } from './pool-state.js';
import { WorkerAnswers } from './worker-answers.js';
import { WorkerEnds } from './worker-ends.js';
import { WorkerMessages } from './worker-messages.js';
import type { ResolvedWorkerPoolOptions } from './worker-pool-options.js';

/** The events that the parts of a pool report to it. */
export interface PoolEvents {
  /** A task is settled. */
  readonly settled: () => void;
  /** A task has submitted a task. */
  readonly nested: (record: PlacedTask) => void;
  /** An accepted map has submitted its last chunk. */
  readonly reservationEnded: () => void;
}

/** The parts that a pool uses itself. */
export interface PoolParts {
  readonly tally: TaskTally;
  readonly state: PoolState;
  readonly alarms: Alarms;
  readonly sites: SubmitSites;
  readonly reservations: Reservations;
  readonly pending: PendingCount;
  readonly room: QueueRoom;
  readonly crew: Crew;
  readonly dispatcher: Dispatcher;
  readonly intake: Intake;
  readonly outcomes: Outcomes;
  readonly aborts: Aborts;
  readonly blocked: BlockedWorkers;
  /** Undefined where the caller can receive messages of workers only through its event loop. */
  readonly blocking: BlockingCaller | undefined;
  readonly messages: WorkerMessages;
  readonly broadcasts: Broadcasts;
}

export function assemblePool(
  owner: TaskOwner<WorkerHandle>,
  kind: PoolKind,
  options: ResolvedWorkerPoolOptions,
  setUp: WorkerSetUp,
  events: PoolEvents,
  clock: EngineClock = engineClock,
): PoolParts {
  const { name, destination, bell, trust = 'code' } = kind;
  const { startTimeoutMs, deathLimit, maxSuspendedTasks } = options;
  const tally = new TaskTally();
  const state = new PoolState(kind);
  const alarms = new Alarms(clock);
  const sites = new SubmitSites();
  const reservations = new Reservations(events.reservationEnded);
  const pending = new PendingCount((on) => {
    crew.reference(on);
  });
  const functions = new FunctionTable();
  const settleLoop = new SettleLoop();
  const crewEvents: CrewEvents = {
    isOpen: () => state.value === 'open',
    ready: () => {
      dispatcher.answers.arrived();
      ends.ready();
      dispatcher.rebalance();
    },
    message: (worker, message) => {
      messages.received(worker, message);
    },
    ended: (worker, exit, expected) => {
      ends.ended(worker, exit, expected);
    },
    startTimedOut: (worker) => {
      ends.startTimedOut(worker);
    },
    startFailed: (error) => {
      ends.startFailed(error);
    },
    mayGrow: () => {
      crew.fill();
      dispatcher.dispatch();
    },
  };
  const crew = new Crew(options, kind.workerNamePrefix, kind.open, setUp, alarms, crewEvents, clock);
  const dispatchEvents: DispatchEvents = {
    isOnly: () => pending.value === 1,
    refused: (record, problem) => {
      outcomes.refuse(record, explainUnsent(record, problem, destination));
    },
  };
  const dispatcher = new Dispatcher(crew, sites, tally.waitTime, dispatchEvents, clock);
  const outcomes = new Outcomes(tally, trust, settleLoop, events.settled);
  const aborts = new Aborts({ crew, dispatcher, alarms, destination, outcomes });
  const answers = new WorkerAnswers(settleLoop, outcomes, {
    skipped: (record) => {
      if (!aborts.failIfAborting(record)) dispatcher.sendAgain(record);
    },
    answered: (worker, count) => {
      worker.answered(count);
      if (worker.inFlight === 0) crew.ranEmpty(worker);
      dispatcher.rebalance();
    },
  });
  const nested = new NestedTasks({ owner, crew, functions, destination, maxSuspendedTasks, accept: events.nested });
  const callerObjectCalls = new CallerObjectCalls(destination);
  const blocked = new BlockedWorkers(crew, dispatcher, destination);
  const broadcasts = new Broadcasts({
    crew,
    trust,
    began: () => {
      pending.add();
    },
    ended: events.settled,
    noWorker: () => state.closed(),
  });
  const ends = new WorkerEnds({
    ...{ name, startTimeoutMs, deathLimit, clock, state, tally, crew, dispatcher, outcomes, settleLoop, reservations },
    ...{ aborts, nested, blocked, broadcasts },
  });
  const broken = (cause: unknown): void => {
    ends.breakPool(cause);
  };
  const messages = new WorkerMessages({
    destination,
    trust,
    alarms,
    crew,
    dispatcher,
    answers,
    callerObjectCalls,
    nested,
    blocked,
    broadcasts,
    broken,
  });
  const mayPostNow = (): boolean => dispatcher.clearTheWay();
  const intake = new Intake({ owner, functions, tally, destination, trust, mayPostNow });
  const blocking = bell === undefined ? undefined : new BlockingCaller({ bell, clock, alarms, crew, dispatcher, outcomes, settleLoop });
  const room = new QueueRoom(
    options.maxQueueSize,
    () => pending.value - crew.suspended,
    () => crew.maxWorkers,
  );
  return {
    ...{ tally, state, alarms, sites, reservations, pending, room, crew, dispatcher },
    ...{ intake, outcomes, aborts, blocked, blocking, messages, broadcasts },
  };
}
