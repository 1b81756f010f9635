/** @workers */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runChild } from './child.mjs';

const runScript = (script, limitMs = 10_000) => runChild({ file: process.execPath, args: ['-e', script], limitMs, onStdout: false });

/** Resolves when there is no such process any more; the test's own limit bounds it. */
const gone = async (pid) => {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('an outcome comes on file descriptor 3', async () => {
  expect(await runScript('fs.writeSync(3, JSON.stringify({ status: "ok", value: 1 }))')).toEqual({ status: 'ok', value: 1 });
});

test('what ends without an outcome failed, with the last line of what it said', async () => {
  expect(await runScript('console.error("oh\\nno"); process.exit(1)')).toEqual({ status: 'failed', reason: 'no' });
  expect(await runScript('process.exit(4)')).toEqual({ status: 'failed', reason: 'exit code 4' });
});

test('what is not there is absent', async () => {
  const outcome = await runChild({ file: 'no-such-program-here', args: [], limitMs: 1000, onStdout: true });
  expect(outcome).toEqual({ status: 'absent', reason: 'not found' });
});

test('what hangs is ended with its own children', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const pidFile = join(folder, 'pid');
    const script = `
      const child = child_process.spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      fs.writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      for (;;);`;
    expect(await runScript(script, 1000)).toEqual({ status: 'hung', reason: 'no result after 1.0 s' });
    await gone(Number(readFileSync(pidFile, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
