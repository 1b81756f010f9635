/** @workers */
import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { describeEnding, run, runNode } from './run.mjs';

const script = (source, options) => runNode(['-e', source], { output: 'capture', ...options });

describe('run', () => {
  test('collects standard output by itself and together with standard error', async () => {
    const result = await script('console.log("out"); console.error("err");');
    expect(result).toMatchObject({ code: 0, signal: null, ending: 'exited', stdout: 'out\n' });
    expect([...result.output.matchAll(/out|err/g)].map(String).sort()).toEqual(['err', 'out']);
  });

  test('gives no standard input', async () => {
    const result = await script('process.stdin.on("end", () => console.log("ended")).resume();', { limitMs: 10_000 });
    expect(result.stdout).toBe('ended\n');
  });

  test('says how the command ended', async () => {
    expect(describeEnding(await script('process.exit(3)'))).toBe('ended with exit code 3');
    expect(describeEnding(await script('process.kill(process.pid, "SIGKILL")'))).toBe('was ended by SIGKILL');
    expect(describeEnding(await run('no-such-command-of-heddle', [], { output: 'capture' }))).toBe('could not be started');
    expect(describeEnding(await script(''))).toBe('');
  });

  test('stops what takes too long, with all it has started', async () => {
    const child = 'process.on("SIGTERM", () => process.exit()); console.log(process.pid); setInterval(() => undefined, 1e6);';
    const result = await script(
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); setInterval(() => undefined, 1e6);`,
      { limitMs: 3_000 },
    );
    expect(describeEnding(result, 3_000)).toBe('took longer than 3 s and was stopped');
    await expect(gone(Number(result.stdout))).resolves.toBe(true);
  });

  test('leaves nobody behind when the command ends by itself', async () => {
    const child = 'process.on("SIGTERM", () => undefined); console.log(process.pid); setInterval(() => undefined, 1e6);';
    const result = await script(
      `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: ['ignore', 'pipe', 'ignore'] });
       child.stdout.once('data', (data) => { process.stdout.write(data, () => process.exit()); });`,
    );
    expect(result.code).toBe(0);
    await expect(gone(Number(result.stdout))).resolves.toBe(true);
  });
});

/** A zombie is not alive: an init that never reaps its orphans keeps them. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    return error.code === 'ENOENT' && process.platform !== 'linux';
  }
}

/** A signal takes a moment. */
async function gone(pid) {
  const until = performance.now() + 5_000;
  while (isAlive(pid) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  return !isAlive(pid);
}
