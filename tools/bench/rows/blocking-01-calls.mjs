import { measureBlockingCalls, measureBlockingCallsLoaded, measureFirstBlockingCall } from '../work/blocking.mjs';

/** @import { Row } from '../types.d.ts' */

const contestants = ['heddle', 'heddle-ref', 'heddle-processes', 'raw-blocking', 'synckit'];

/** @type {Row[]} */
export const rows = [
  {
    name: 'blocking-calls',
    suite: 'blocking',
    title: 'Blocking calls, one after the other',
    about: '`n => n + 1`, called in a worker while the caller stands still: `submit(...).resultSync()`.',
    unit: 'us',
    better: 'lower',
    contestants,
    ours: 'heddle',
    limit: 'raw-blocking',
    targets: [{ text: '<= 0.25 x synckit', against: 'synckit', atMost: 0.25 }],
    measure: measureBlockingCalls,
  },
  {
    name: 'blocking-calls-loaded',
    suite: 'blocking',
    title: 'Blocking calls, all cores taken',
    about: 'The same while one spinning process a core competes: nobody has a core to himself.',
    unit: 'us',
    better: 'lower',
    contestants,
    ours: 'heddle',
    limit: 'raw-blocking',
    targets: [{ text: '<= synckit', against: 'synckit', atMost: 1 }],
    measure: measureBlockingCallsLoaded,
  },
  {
    name: 'blocking-first',
    suite: 'blocking',
    title: 'First blocking call',
    about: 'From the making of a pool to its first result, the library being loaded: what a plugin adds to the start of its host.',
    unit: 'ms',
    better: 'lower',
    contestants,
    ours: 'heddle',
    limit: 'raw-blocking',
    targets: [{ text: '<= synckit', against: 'synckit', atMost: 1 }],
    measure: measureFirstBlockingCall,
  },
];
