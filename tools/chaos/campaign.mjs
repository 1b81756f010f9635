/** One campaign: does what its plan says, watches, and tells what it saw. */
import { getEventListeners } from 'node:events';
import { ProcessPoolExecutor } from '@heddle/processes';
import { tasksOf } from '@heddle/serialization';
import { ThreadPoolExecutor } from '@heddle/threads';
import { end, refusesMore } from './endings.mjs';
import { leftovers, holdings } from './holdings.mjs';
import { createMarks } from './marks.mjs';
import { failed, succeeded, submit } from './outcomes.mjs';
import { hit } from './outside.mjs';
import { Trouble } from './trouble.mjs';
import { Overdue, patience, pause, within } from './within.mjs';

/** @import { Executor } from '@heddle/futures' */
/** @import { MapRecord, Observed, Plan, PlannedMap, PlannedTask, Step, TaskRecord } from './types.d.ts' */

const { add, prepare } = tasksOf(new URL('./tasks.mjs', import.meta.url));
// Reading a property loads the code. It listens for the end of the program, which no campaign leaves behind.
void [ThreadPoolExecutor.name, ProcessPoolExecutor.name];

/** @param {Plan} plan @returns {Promise<Observed>} */
export async function runCampaign(plan) {
  const trouble = new Trouble();
  const before = holdings();
  const marks = createMarks(plan.executor, plan.ids);
  const campaign = new Campaign(plan, marks, trouble);
  await campaign.run();
  const runs = marks.runs();
  marks.remove();
  const { tasks, maps, hits, statistics } = campaign;
  for (const problem of await leftovers(before)) trouble.add(problem);
  return { tasks, maps, runs, hits, statistics, trouble: trouble.close() };
}

class Campaign {
  /** @type {TaskRecord[]} */
  tasks = [];
  /** @type {MapRecord[]} */
  maps = [];
  hits = 0;
  /** @type {Observed['statistics']} */
  statistics;
  /** Until it is dropped. @type {{ pool: ThreadPoolExecutor | ProcessPoolExecutor | undefined }} */
  #holder;
  #open = 0;
  /** @type {Promise<unknown>[]} */
  #waits = [];
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #timers = new Set();
  /** @type {Set<() => void>} */
  #repairs = new Set();
  /** @type {AbortSignal[]} */
  #signals = [];
  /** Told whenever something is done. @type {(() => void) | undefined} */
  #progress;

  /** @param {Plan} plan @param {ReturnType<typeof createMarks>} marks @param {Trouble} trouble */
  constructor(plan, marks, trouble) {
    this.plan = plan;
    this.trouble = trouble;
    this.#holder = { pool: open(plan, marks) };
  }

  async run() {
    const { plan, trouble } = this;
    try {
      for (const attack of plan.attacks) this.#later(attack.atMs, () => this.#attack(attack));
      for (const step of plan.steps) await this.#take(step);
      if (plan.endsAfterMs === undefined) await this.#settled();
      else await pause(plan.endsAfterMs);
      await end(plan.ending, this.#holder, () => this.#settled(), trouble);
      this.statistics = this.#holder.pool?.statistics();
      await this.#settled();
      await within(patience.ms, 'the promises of abort(), and the loops over maps', Promise.all(this.#waits));
      refusesMore(this.#holder.pool, trouble);
      for (const signal of this.#signals) if (getEventListeners(signal, 'abort').length > 0) trouble.add('a listener is left on a signal');
    } catch (error) {
      trouble.add(error instanceof Error ? (error.stack ?? error.message) : String(error));
      trouble.add(
        `statistics: ${JSON.stringify(this.#holder.pool?.statistics(), (key, value) => (key.endsWith('Time') ? undefined : value))}`,
      );
      await this.#holder.pool?.shutdown({ wait: false, cancelFutures: true });
    } finally {
      for (const timer of this.#timers) clearTimeout(timer);
      for (const repair of this.#repairs) repair();
      this.#holder.pool = undefined;
    }
  }

  /** @param {Step} step */
  async #take(step) {
    switch (step.do) {
      case 'submit':
        for (const task of step.tasks) this.#submit(task);
        return;
      case 'map':
        this.#waits.push(this.#map(step.map));
        return;
      case 'resize':
        this.#holder.pool?.resize(step.maxWorkers);
        return;
      case 'pause':
        await pause(step.ms);
        return;
      case 'block':
        for (const until = performance.now() + step.ms; performance.now() < until;);
        return;
      case 'catchUp':
        await this.#catchUp(step.ms);
    }
  }

  /** @param {PlannedTask} task */
  #submit(task) {
    /** @type {TaskRecord} */
    const record = { task, outcome: undefined, callbacks: 0, answers: 0, cancelled: undefined, aborted: undefined };
    this.tasks.push(record);
    const { timeoutMs, priority, signalMs, abortMs, graceMs, cancelMs } = task;
    const signal = signalMs === undefined ? undefined : this.#signal(signalMs);
    const options = {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(priority === undefined ? {} : { priority }),
      ...(signal === undefined ? {} : { signal }),
    };
    const pool = /** @type {Executor} */ (this.#holder.pool);
    let future;
    try {
      future = submit(Object.keys(options).length === 0 ? pool : pool.with(options), task);
    } catch (error) {
      record.outcome = { ...failed(task, error), how: 'refused' };
      return;
    }
    this.#open++;
    future.addDoneCallback(() => {
      record.callbacks++;
    });
    const done = (/** @type {NonNullable<TaskRecord['outcome']>} */ outcome) => {
      record.answers++;
      record.outcome = outcome;
      this.#open--;
      this.#progress?.();
    };
    future.then(
      (value) => done(succeeded(task, value)),
      (error) => done(failed(task, error)),
    );
    if (cancelMs === 0) record.cancelled = future.cancel('cancelled by the campaign');
    else if (cancelMs !== undefined) this.#later(cancelMs, () => (record.cancelled = future.cancel('cancelled by the campaign')));
    if (abortMs !== undefined) {
      this.#later(abortMs, () => {
        const aborting = future.abort('aborted by the campaign', { graceMs: graceMs ?? 0 });
        this.#waits.push(aborting.then((stopped) => (record.aborted = stopped)));
      });
    }
  }

  /** @param {PlannedMap} map */
  async #map(map) {
    const { firstId, count, lazy, leaveAfter, ordered, chunkSize, bufferSize } = map;
    /** @type {MapRecord} */
    const record = { map, outcome: undefined, read: 0, wrong: undefined };
    this.maps.push(record);
    const ids = Array.from({ length: count }, (_, i) => firstId + i);
    const options = { ordered, ...(chunkSize === undefined ? {} : { chunkSize }), ...(bufferSize === undefined ? {} : { bufferSize }) };
    const seen = new Set();
    this.#open++;
    try {
      const pool = /** @type {Executor} */ (this.#holder.pool);
      const pairs = ids.map((id) => [id, 1]);
      const results = pool.starmap(add, lazy ? pairs.values() : pairs, options);
      if (leaveAfter !== 0) {
        for await (const value of results) {
          const wanted = firstId + record.read + 1;
          if (ordered ? value !== wanted : seen.has(value) || !(value > firstId && value <= firstId + count))
            record.wrong ??= `${value} at ${record.read}`;
          seen.add(value);
          if (++record.read === leaveAfter) break;
        }
      } else await results.return?.();
      record.outcome = { how: 'value', isRight: record.wrong === undefined };
    } catch (error) {
      record.outcome = failed(undefined, error);
    }
    this.#open--;
    this.#progress?.();
  }

  /** @param {Plan['attacks'][number]} attack */
  #attack(attack) {
    const repair = hit(this.plan.executor, attack);
    if (repair === undefined) return;
    this.hits++;
    if (attack.forMs === undefined) return;
    this.#repairs.add(repair);
    this.#later(attack.forMs, () => {
      this.#repairs.delete(repair);
      repair();
    });
  }

  /** @param {number} ms */
  #signal(ms) {
    const controller = new AbortController();
    this.#signals.push(controller.signal);
    this.#later(ms, () => controller.abort('aborted by its signal'));
    return controller.signal;
  }

  /** @param {number} ms @param {() => void} action */
  #later(ms, action) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  /** @param {number} ms */
  async #catchUp(ms) {
    const enough = this.#open >> 1;
    await Promise.race([pause(ms), this.#until(() => this.#open <= enough)]);
    this.#progress = undefined;
  }

  async #settled() {
    try {
      // As long as some are settled there is hope: a worker may have to be started for each task.
      for (let open = Infinity; this.#open > 0;) {
        if (this.#open === open) throw new Overdue(`no future was settled for ${patience.ms / 1000} s`);
        open = this.#open;
        await within(
          patience.ms,
          '',
          this.#until(() => this.#open === 0),
        ).catch(() => undefined);
      }
    } catch (error) {
      const open = this.tasks.filter(({ outcome }) => outcome === undefined).map(({ task }) => `${task.id} ${task.kind}`);
      throw new Error(
        `${error instanceof Error ? error.message : error}; open: ${open.slice(0, 20).join(', ')}${open.length > 20 ? ` and ${open.length - 20} more` : ''}`,
        { cause: error },
      );
    }
  }

  /** @param {() => boolean} isSo @returns {Promise<void>} */
  #until(isSo) {
    return new Promise((resolve) => {
      this.#progress = () => {
        if (!isSo()) return;
        this.#progress = undefined;
        resolve();
      };
      this.#progress();
    });
  }
}

/** @param {Plan} plan @param {ReturnType<typeof createMarks>} marks */
function open({ executor, options, isTight, initializerFailsAt }, { forWorkers }) {
  const common = { ...options, initializer: prepare, initargs: [forWorkers, initializerFailsAt] };
  if (executor === 'threads') {
    return new ThreadPoolExecutor({
      ...common,
      ...(isTight ? { resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } } : {}),
    });
  }
  return new ProcessPoolExecutor({ ...common, execArgv: isTight ? ['--max-old-space-size=32'] : [] });
}
