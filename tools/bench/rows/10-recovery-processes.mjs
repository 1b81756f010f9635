import { measureRecovery } from '../work/recovery.mjs';

/** @import { Row } from '../types.d.ts' */

/** What the rows have in common. */
const common = /** @type {const} */ ({
  suite: 'processes',
  unit: 'ms',
  better: 'lower',
  contestants: [
    'heddle-processes',
    'heddle-processes-ref',
    'fork-again',
    'tinypool-processes',
    'workerpool-processes',
    'jest-worker-processes',
    'poolifier-cluster',
    'python-processes',
    'python-pool',
  ],
  ours: 'heddle-processes',
  limit: 'fork-again',
  targets: [
    { text: '<= 1.2 x forking again by hand', against: 'fork-again', atMost: 1.2 },
    { text: 'no task lost but the one that was running', figure: 'lost', atMost: 0 },
  ],
  maxRounds: 3,
});
const LOST = /** @type {const} */ ({ title: 'without a result until then', unit: 'tasks' });

/** @type {Row[]} */
export const rows = [
  {
    ...common,
    name: 'processes-recovery-busy',
    work: 'recovery-busy',
    title: 'Worker killed amid a task',
    about:
      'The only worker of a pool is killed (kill -9) while it runs a task and the next one is queued: until the next one has run in a replacement. One that fails or has no answer after a second is lost, and another is submitted; a pool that runs none in 3 s hung. Beside it: until the failure of the running task is told (nothing: not always told).',
    extras: { lost: LOST, toldMs: { title: 'running task failed after', unit: 'ms' } },
    measure: (bench) => measureRecovery(bench, { busy: true }),
  },
  {
    ...common,
    name: 'processes-recovery-idle',
    work: 'recovery-idle',
    title: 'Worker killed while idle',
    about:
      'The only worker of a pool is killed (kill -9) while it has nothing to do, and a task is submitted right after, before anybody can know: until that task or one of its successors has run in a replacement.',
    extras: { lost: LOST },
    measure: (bench) => measureRecovery(bench, { busy: false }),
  },
];
