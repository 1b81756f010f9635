/**
 * Spoiled messages for the decoder of channels between processes: each has to end in an error or a value, never in a crash, a
 * hang, much memory or a changed prototype. See fuzz/.
 *
 * `npm run fuzz -- [--messages 1000000] [--seed TEXT] [--message TEXT/17]`
 *
 * The same seed makes the same messages. They are decoded by child processes with a small heap, a chunk each, so that one that
 * dies is a failure with the name of its message.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { noCounts, writeCounts } from './lib/counts.mjs';

const CHUNK = 5_000;
/** A message that is still the same one after so long does not end. */
const MESSAGE_LIMIT_MS = 60_000;
const AT_ONCE = 2;
/** After so many failed chunks the rest would say no more. */
const ENOUGH = 5;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: 'heddle' },
    message: { type: 'string' },
    counts: { type: 'string' },
  },
});

const counts = noCounts();
const total = { values: 0, refused: 0, notRebuilt: 0, slowestMs: 0, mostMemory: 0 };
const folder = mkdtempSync(join(tmpdir(), 'heddle-fuzz-'));

/** @param {string} seed @param {number} first @param {number} count */
async function chunk(seed, first, count) {
  const file = join(folder, String(first));
  const args = [
    '--max-old-space-size=192',
    new URL('./fuzz/child.mjs', import.meta.url).pathname,
    seed,
    String(first),
    String(count),
    file,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const current = () => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
  let before = '';
  const watch = setInterval(() => {
    if (current() === before) child.kill('SIGKILL');
    before = current();
  }, MESSAGE_LIMIT_MS);
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const [code, signal] = await once(child, 'close');
  clearInterval(watch);
  if (code === 0) return summed(JSON.parse(output));
  const ending = signal === 'SIGKILL' ? `did not end within ${MESSAGE_LIMIT_MS / 1000} s` : `died (exit code ${code}, signal ${signal})`;
  const said = /^.*(?:FATAL|Error).*$/m.exec(errors)?.[0] ?? '';
  failed([`message ${seed}/${current() || first} ${ending} ${said}`]);
}

function summed({ problems, ...found }) {
  for (const key of ['values', 'refused', 'notRebuilt']) total[key] += found[key];
  for (const key of ['slowestMs', 'mostMemory']) total[key] = Math.max(total[key], found[key]);
  if (problems.length > 0) failed(problems);
  else counts.passed++;
}

/** @param {readonly string[]} problems */
function failed(problems) {
  counts.failed++;
  counts.problems.push(problems[0] ?? '');
  for (const problem of problems.slice(0, 10)) console.log(`✗ ${problem}`);
  console.log(`  again: npm run fuzz -- --message ${/message (\S+)/.exec(problems[0] ?? '')?.[1]}`);
}

/** @param {string} seed @param {number} messages */
async function many(seed, messages) {
  if (!(Number.isInteger(messages) && messages > 0)) throw new RangeError(`--messages: a whole number above 0, not ${values.messages}`);
  let next = 0;
  const runner = async () => {
    while (next < messages && counts.failed < ENOUGH) {
      const first = next;
      next += CHUNK;
      await chunk(seed, first, Math.min(CHUNK, messages - first));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runner));
}

try {
  if (values.message === undefined) await many(values.seed, Number(values.messages));
  else {
    const slash = values.message.lastIndexOf('/');
    await chunk(values.message.slice(0, slash), Number(values.message.slice(slash + 1)), 1);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  `fuzz: seed "${values.seed}", Node ${process.version}: ${total.values} messages were read, ${total.refused} refused, ${total.notRebuilt} read and not rebuilt; ` +
    `the slowest took ${total.slowestMs.toFixed(1)} ms, the largest ${(total.mostMemory / 2 ** 20).toFixed(1)} MiB; ${counts.failed} chunks failed`,
);
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;
