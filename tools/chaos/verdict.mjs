/** What was seen of a campaign against what Heddle promises. Nothing here looks at a pool. */

/** @import { MapRecord, Observed, Outcome, Plan, PlannedTask, TaskKind, TaskRecord } from './types.d.ts' */

/** @type {ReadonlySet<TaskKind>} */
const deadly = new Set(['exit', 'uncaught', 'hoard', 'crash', 'closeChannel', 'corrupt']);

/** How a task of each kind may end when nobody disturbs it; all others: with their value. @type {Partial<Record<TaskKind, readonly string[]>>} */
const ends = {
  throw: ['OWN'],
  throwOdd: ['OWN'],
  disconnect: ['OWN'],
  unsendable: ['HEDDLE_SERIALIZATION'],
  refused: ['HEDDLE_SERIALIZATION'],
  exit: ['EXITED'],
  uncaught: ['HEDDLE_WORKER_DIED'],
  hoard: ['HEDDLE_WORKER_DIED'],
  crash: ['HEDDLE_WORKER_DIED'],
  closeChannel: ['VALUE', 'HEDDLE_WORKER_DIED'],
  corrupt: ['VALUE', 'HEDDLE_WORKER_DIED', 'SPOILED'],
  loop: [],
  wait: [],
  yield: [],
};

/** With these a task has not begun. */
const neverBegun = new Set(['HEDDLE_CANCELLED', 'HEDDLE_QUEUE_FULL', 'HEDDLE_SHUTDOWN']);

/** @param {Outcome} outcome */
export const codeOf = (outcome) => (outcome.how === 'value' ? 'VALUE' : (outcome.code ?? 'UNKNOWN'));

/**
 * @param {Plan} plan
 * @param {Observed} observed
 * @returns {string[]} what is wrong
 */
export function judge(plan, observed) {
  const may = circumstances(plan);
  return [
    ...observed.trouble,
    ...observed.tasks.flatMap((record) => judgeTask(may, record, observed.runs)),
    ...observed.maps.flatMap((record) => judgeMap(may, record, observed.runs)),
    ...judgeRuns(observed.runs),
    ...judgeStatistics(plan, observed),
  ];
}

/** What else may happen to any task of this campaign. @param {Plan} plan @returns {ReadonlySet<string>} */
function circumstances({ steps, attacks, mood, ending, endsAfterMs, options, initializerFailsAt }) {
  const tasks = steps.flatMap((step) => (step.do === 'submit' ? step.tasks : []));
  const kinds = new Set(tasks.map(({ kind }) => kind));
  const isForced = ending === 'terminateWorkers' || ending === 'killWorkers';
  const { maxDeaths } = /** @type {{ maxDeaths: number }} */ (options['deathLimit']);
  const may = new Set();
  // A task that exits takes nobody along; whatever else ends a worker may take along what it has not answered for.
  const dies = attacks.length > 0 || isForced || [...kinds].some((kind) => deadly.has(kind) && (kind !== 'exit' || mood !== 'exits'));
  if (dies) may.add('HEDDLE_WORKER_DIED');
  if (kinds.has('corrupt')) may.add('SPOILED');
  if (isForced || initializerFailsAt > 0 || maxDeaths < 1000) {
    may.add('HEDDLE_BROKEN_THREAD_POOL').add('HEDDLE_BROKEN_PROCESS_POOL');
  }
  if (options['maxQueueSize'] !== undefined) may.add('HEDDLE_QUEUE_FULL');
  if (ending === 'shutdownCancel') may.add('HEDDLE_CANCELLED');
  // Neighbours of a task that had to be stopped have a second: those that wait for tasks of their own may need longer.
  if (tasks.some(isStopped)) may.add('STOPS');
  // Only a map whose items are all there at its call is accepted as a whole.
  if (endsAfterMs !== undefined) may.add('EARLY');
  return may;
}

/** @param {PlannedTask} task */
const isStopped = ({ timeoutMs, signalMs, abortMs }) => (timeoutMs ?? signalMs ?? abortMs) !== undefined;

/** @param {ReadonlySet<string>} may @param {PlannedTask} task */
function allowed(may, task) {
  const all = new Set([...may, ...(ends[task.kind] ?? ['VALUE'])]);
  if (isStopped(task) && task.kind === 'yield') all.add('VALUE');
  if (task.timeoutMs !== undefined) all.add('HEDDLE_TIMEOUT');
  if (task.signalMs !== undefined || task.abortMs !== undefined) all.add('HEDDLE_ABORTED').add('HEDDLE_CANCELLED');
  if (task.cancelMs !== undefined) all.add('HEDDLE_CANCELLED');
  if (may.has('STOPS') && (task.kind === 'nest' || task.kind === 'move')) all.add('HEDDLE_WORKER_DIED');
  return all;
}

/** @param {ReadonlySet<string>} may @param {TaskRecord} record @param {Observed['runs']} runs @returns {string[]} */
function judgeTask(may, { task, outcome, callbacks, answers, cancelled, aborted }, runs) {
  const what = `task ${task.id} (${task.kind} ${task.size})`;
  if (outcome === undefined) return [`${what} is lost: its future is open`];
  const code = codeOf(outcome);
  const ran = runs[task.id] ?? 0;
  const problems = [];
  if (!allowed(may, task).has(code)) problems.push(`${what} ended with ${code}: ${outcome.text ?? ''}`);
  if (outcome.how === 'value' && outcome.isRight !== true) problems.push(`${what} has a wrong value: ${outcome.text ?? ''}`);
  if ((outcome.how === 'value' || code === 'OWN') && ran !== 1) problems.push(`${what} ended with ${code} and ran ${ran} times`);
  if ((neverBegun.has(code) || task.kind === 'refused') && ran > 0) problems.push(`${what} ended with ${code} and ran all the same`);
  if (cancelled === true && code !== 'HEDDLE_CANCELLED') problems.push(`${what}: cancel() said true, and it ended with ${code}`);
  if (aborted === true && code === 'VALUE') problems.push(`${what}: abort() said true, and it has a value`);
  if (outcome.how === 'refused') return problems;
  if (callbacks !== 1) problems.push(`${what}: its done callback was called ${callbacks} times`);
  if (answers !== 1) problems.push(`${what}: its promise answered ${answers} times`);
  return problems;
}

/** @param {ReadonlySet<string>} may @param {MapRecord} record @param {Observed['runs']} runs @returns {string[]} */
function judgeMap(may, { map, outcome, read, wrong }, runs) {
  const what = `map ${map.firstId} of ${map.count}`;
  if (outcome === undefined) return [`${what} is lost: it has neither ended nor failed`];
  if (wrong !== undefined) return [`${what} gave a wrong result: ${wrong}`];
  const code = codeOf(outcome);
  if (code === 'HEDDLE_SHUTDOWN' && (map.lazy || map.bufferSize !== undefined))
    return may.has('EARLY') ? [] : [`${what} ended with ${code} before the end`];
  if (code !== 'VALUE')
    return may.has(code) || (may.has('STOPS') && code === 'HEDDLE_WORKER_DIED')
      ? []
      : [`${what} ended with ${code}: ${outcome.text ?? ''}`];
  const wanted = Math.min(map.leaveAfter ?? map.count, map.count);
  if (read !== wanted) return [`${what} gave ${read} results instead of ${wanted}`];
  if (map.leaveAfter !== undefined) return [];
  const skipped = Array.from({ length: map.count }, (_, i) => map.firstId + i).filter((id) => runs[id] !== 1);
  return skipped.length === 0 ? [] : [`${what} gave all results, and item ${skipped[0]} ran ${runs[Number(skipped[0])]} times`];
}

/** @param {Observed['runs']} runs @returns {string[]} */
function judgeRuns(runs) {
  return Array.from(runs).flatMap((count, id) => (count > 1 ? [`task ${id} ran ${count} times`] : []));
}

/** @param {Plan} plan @param {Observed} observed @returns {string[]} */
function judgeStatistics({ steps }, { tasks, maps, statistics }) {
  if (statistics === undefined) return [];
  const { workers, queued, running, suspended, finished, failed, refused, cancelled } = statistics;
  const problems = [];
  const open = { ...workers, queued, running, suspended };
  for (const [what, count] of Object.entries(open)) if (count !== 0) problems.push(`statistics tell of ${count} ${what} when all is over`);
  const isPlain = maps.length === 0 && !steps.some((step) => step.do === 'submit' && step.tasks.some(({ kind }) => kind === 'nest'));
  // The statistics count a task as refused when its future says so. Where `submit` threw there is no future, and nothing is counted.
  const withFuture = tasks.filter(({ outcome }) => outcome?.how !== 'refused').length;
  const told = finished + failed + refused + cancelled;
  if (isPlain ? told !== withFuture : told < withFuture) problems.push(`statistics tell of ${told} tasks that ended, of ${withFuture}`);
  return problems;
}
