/** The campaign's judge has to find what it is there to find. */
import { describe, expect, test } from '@jest/globals';
import { judge } from './verdict.mjs';

const statistics = {
  state: 'shutdown',
  workers: { starting: 0, busy: 0, idle: 0, stopping: 0 },
  queued: 0,
  running: 0,
  suspended: 0,
  finished: 2,
  failed: 0,
  refused: 0,
  cancelled: 0,
  crashes: 0,
};
const task = (id, kind = 'add', more = {}) => ({ id, kind, size: 1, ...more });
const record = (its, more = {}) => ({
  task: its,
  outcome: { how: 'value', isRight: true },
  callbacks: 1,
  answers: 1,
  cancelled: undefined,
  aborted: undefined,
  ...more,
});
const map = (more = {}) => ({
  map: { firstId: 2, count: 2, lazy: false, ordered: true },
  outcome: { how: 'value', isRight: true },
  read: 2,
  wrong: undefined,
  ...more,
});

function campaign({
  tasks = [record(task(0)), record(task(1))],
  maps = [],
  runs = [1, 1, 1, 1],
  trouble = [],
  told = statistics,
  plan = {},
} = {}) {
  const steps = [{ do: 'submit', tasks: tasks.map(({ task: its }) => its) }];
  const whole = {
    executor: 'threads',
    mood: 'calm',
    options: { deathLimit: { maxDeaths: 100_000 } },
    initializerFailsAt: 0,
    steps,
    attacks: [],
    ending: 'shutdown',
    endsAfterMs: undefined,
    ...plan,
  };
  return judge(whole, { tasks, maps, runs, hits: 0, trouble, statistics: told });
}

test('a campaign in which all went well', () => {
  expect(campaign()).toEqual([]);
  expect(campaign({ maps: [map()] })).toEqual([]);
});

test('a task that was refused: it counts when its future says so, and not when submit threw', () => {
  const outcome = (how) => ({ outcome: { how, code: 'HEDDLE_SERIALIZATION', text: 'args[0] can not travel' } });
  const told = { ...statistics, finished: 1, refused: 1 };
  const refused = (how) => [record(task(0)), record(task(1, 'refused'), outcome(how))];
  expect(campaign({ tasks: refused('error'), runs: [1, 0], told })).toEqual([]);
  expect(campaign({ tasks: refused('error'), runs: [1, 0], told: { ...told, refused: 0 } })).toEqual([
    'statistics tell of 1 tasks that ended, of 2',
  ]);
  expect(campaign({ tasks: refused('refused'), runs: [1, 0], told: { ...told, refused: 0 } })).toEqual([]);
});

describe('finds', () => {
  const failed = (code) => ({ how: 'error', code, text: code });

  test.each([
    ['a future that is open', { tasks: [record(task(0), { outcome: undefined })] }, /task 0 .* is lost/],
    ['a wrong value', { tasks: [record(task(0), { outcome: { how: 'value', isRight: false, text: '7' } })] }, /has a wrong value: 7/],
    ['a task that ran twice', { runs: [2, 1, 1, 1] }, /task 0 ran 2 times/],
    ['a value of a task that never ran', { runs: [0, 1, 1, 1] }, /ended with VALUE and ran 0 times/],
    ['two callbacks', { tasks: [record(task(0), { callbacks: 2 })] }, /called 2 times/],
    ['no callback', { tasks: [record(task(0), { callbacks: 0 })] }, /called 0 times/],
    ['two answers', { tasks: [record(task(0), { answers: 2 })] }, /answered 2 times/],
    ['an error of nobody', { tasks: [record(task(0), { outcome: failed('HEDDLE_WORKER_DIED') })] }, /ended with HEDDLE_WORKER_DIED/],
    [
      'a cancelled task that ran',
      { tasks: [record(task(0, 'add', { cancelMs: 0 }), { outcome: failed('HEDDLE_CANCELLED'), cancelled: true })] },
      /ran all the same/,
    ],
    ['a cancel that was denied', { tasks: [record(task(0, 'add', { cancelMs: 0 }), { cancelled: true })] }, /cancel\(\) said true/],
    ['an endless task that nobody stopped, and that has a value', { tasks: [record(task(0, 'loop'))] }, /ended with VALUE/],
    ['a map that never ended', { maps: [map({ outcome: undefined })] }, /map 2 of 2 is lost/],
    ['a map that left out an item', { maps: [map()], runs: [1, 1, 1, 0] }, /item 3 ran 0 times/],
    ['a map with too few results', { maps: [map({ read: 1 })] }, /gave 1 results instead of 2/],
    ['a map with a wrong result', { maps: [map({ wrong: '9 at 0' })] }, /wrong result: 9 at 0/],
    ['a worker that is left', { told: { ...statistics, workers: { ...statistics.workers, idle: 1 } } }, /1 idle when all is over/],
    ['a task that is left', { told: { ...statistics, queued: 1 } }, /1 queued when all is over/],
    ['statistics that miss a task', { told: { ...statistics, finished: 1 } }, /tell of 1 tasks that ended, of 2/],
    ['whatever else was noticed', { trouble: ['left: children'] }, /left: children/],
  ])('%s', (_, seen, problem) => {
    expect(campaign(seen).join('\n')).toMatch(problem);
  });

  test('nothing in a death that the plan brought about', () => {
    const died = [record(task(0), { outcome: failed('HEDDLE_WORKER_DIED') }), record(task(1))];
    const attacks = [{ atMs: 1, signal: 'SIGKILL', which: 0 }];
    expect(campaign({ tasks: died, plan: { attacks } })).toEqual([]);
    expect(campaign({ tasks: died })).not.toEqual([]);
  });
});
