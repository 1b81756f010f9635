// How long it takes to find what a function captures. The functions stand in modules that are written for it, as a user's do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sampled, warmUp } from '../src/sample.mjs';
import { median, quantile } from '../src/statistics.mjs';
import { mustEqual } from '../src/wrong.mjs';

/** @import { Bench, Codec, Measurement } from '../types.d.ts' */

/** @typedef {(n: number) => number} Fn */

const TIMES = 100;

/**
 * @param {string} text of a module
 * @returns {Promise<any>}
 */
const imported = async (text) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  // What stays on disk is read again, by those who look at the text around a function.
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tasks.mjs');
  writeFileSync(file, text);
  return import(pathToFileURL(file).href);
};

/** @param {Bench} bench @returns {Required<Pick<Codec, 'capture' | 'named'>>} */
const capturing = ({ openCodec }) => {
  const { capture, named } = openCodec();
  if (!capture || !named) throw new Error('functions are nothing it carries');
  return { capture, named };
};

/** @param {Bench} bench @returns {Promise<Measurement>} */
export const measureFirstCaptures = async (bench) => {
  const { capture } = capturing(bench);
  const count = bench.scale.quick ? 50 : 200;
  const { visit } = await imported(manyFunctions(count));
  /** @type {number[]} */
  const times = [];
  visit((/** @type {Fn} */ fn, /** @type {number} */ i) => {
    const start = performance.now();
    const { value } = capture(fn);
    times.push((performance.now() - start) * 1000);
    const expected = { [`rate${i}`]: i, [`label${i}`]: `label ${i}`, [`count${i}`]: i + 1 };
    for (const [name, captured] of Object.entries(expected)) mustEqual(value.captures[name], captured, name);
  });
  const [veryFirst = NaN, ...others] = times;
  return { value: median(others), samples: others, extras: { p95: quantile(others, 0.95), veryFirst } };
};

/** @param {number} count */
const manyFunctions = (count) => {
  const functions = Array.from(
    { length: count },
    (_, i) => `
const rate${i} = ${i};
const label${i} = 'label ${i}';
let count${i} = ${i};
const task${i} = (n) => {
  const parts = [label${i}, String(n * rate${i})];
  for (let i = 0; i < count${i}; i++) if (i % ${i + 2} === 0) parts.push(Math.max(n, i));
  return parts.join(' ');
};
count${i} += 1;
`,
  );
  return `${functions.join('')}
export const visit = (use) => {
${Array.from({ length: count }, (_, i) => `  use(task${i}, ${i});`).join('\n')}
};
`;
};

const REPEATED = `
const rate = 3;
const label = 'sum';
const isRounded = true;
export const ofConstants = (n) => label + (isRounded ? Math.round(n * rate) : n * rate);
let count = 0;
export const ofVariable = (n) => n + count;
export const assign = (value) => { count = value; };
`;

/** @param {Bench} bench */
export const measureOfConstants = async (bench) => {
  const { capture } = capturing(bench);
  const { ofConstants } = await imported(REPEATED);
  return repeated(
    bench,
    () => capture(ofConstants),
    (captures) => mustEqual(JSON.stringify(captures), '{"label":"sum","isRounded":true,"rate":3}', 'captures'),
  );
};

/** @param {Bench} bench */
export const measureOfVariable = async (bench) => {
  const { capture } = capturing(bench);
  const { ofVariable, assign } = await imported(REPEATED);
  return repeated(
    bench,
    (i) => {
      assign(i);
      return capture(ofVariable);
    },
    ({ count }, i) => mustEqual(count, i, 'the variable'),
  );
};

/** @param {Bench} bench */
export const measureNamedCaptures = async (bench) => {
  const { capture, named } = capturing(bench);
  const { ofVariable } = await imported(REPEATED);
  return repeated(
    bench,
    (i) => capture(named(ofVariable, { count: i })),
    ({ count }, i) => mustEqual(count, i, 'the variable'),
  );
};

const NEW = `
const f = (n) => n + 1;
export const make = (x) => () => f(x);
export const makeNamed = (named, x) => named(() => f(x), { f, x });
`;

/** @param {Bench} bench */
export const measureNewClosures = async (bench) => {
  const { capture } = capturing(bench);
  const { make } = await imported(NEW);
  return repeated(
    bench,
    (i) => capture(make(i)),
    ({ x }, i) => mustEqual(x, i, 'the number'),
  );
};

/** @param {Bench} bench */
export const measureNewNamed = async (bench) => {
  const { capture, named } = capturing(bench);
  const { makeNamed } = await imported(NEW);
  return repeated(
    bench,
    (i) => capture(makeNamed(named, i)),
    ({ x }, i) => mustEqual(x, i, 'the number'),
  );
};

/** @param {Bench} bench */
export const measureEvaluated = async (bench) => {
  const { capture } = capturing(bench);
  for (let i = 0; i < 2000; i++) await import(`data:text/javascript,export const n = ${i}`);
  return repeated(
    bench,
    () => capture((0, eval)('(n) => n + 1')),
    (captures) => mustEqual(JSON.stringify(captures), '{}', 'captures'),
  );
};

/**
 * @param {Bench} bench
 * @param {(i: number) => any} captureOnce
 * @param {(captures: any, i: number) => void} check
 */
const repeated = async ({ scale }, captureOnce, check) => {
  const once = async () => {
    let last;
    const start = performance.now();
    for (let i = 0; i < TIMES; i++) last = captureOnce(i);
    const us = ((performance.now() - start) * 1000) / TIMES;
    check(last.value.captures, TIMES - 1);
    return us;
  };
  await warmUp(scale, once);
  return sampled({ ...scale, maxSamples: 100 }, once);
};
