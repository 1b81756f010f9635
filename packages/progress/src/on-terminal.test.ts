/**
 * Tests bars on a real terminal: `script` (util-linux) runs a program on one of its own.
 *
 * @workers
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const onTerminal = existsSync('/usr/bin/script') ? describe : describe.skip;

onTerminal('on a terminal', () => {
  const program = fileURLToPath(new URL('../fixtures/two-bars.mjs', import.meta.url));
  const run = promisify(execFile);
  const [hide, show] = ['\u001B[?25l', '\u001B[?25h'];

  async function shown(...args: string[]): Promise<{ text: string; code: number }> {
    const command = [process.execPath, program, ...args].map((each) => `'${each}'`).join(' ');
    const ended = await run('/usr/bin/script', ['-qec', command, '/dev/null'], { env: { ...process.env, COLUMNS: '100' } }).catch(
      (error: unknown) => error as { stdout: string; code: number },
    );
    return { text: ended.stdout, code: 'code' in ended ? ended.code : 0 };
  }

  test('two bars are shown at once, and the cursor is there again', async () => {
    const { text, code } = await shown();
    expect(code).toBe(0);
    expect(text).toContain('sums 435 435');
    expect(text).toMatch(/warp {2}\[=+-*\] +\d+ % \| \d+\/30 \| [\d.]+\/s/);
    expect(text).toMatch(/weft {2}\[=+-*\] +\d+ % \| \d+\/30 \| [\d.]+\/s/);
    expect(text).toContain(hide);
    expect(text.lastIndexOf(show)).toBeGreaterThan(text.lastIndexOf(hide));
  });

  test('Ctrl-C ends the program, and the cursor is there again', async () => {
    const { text, code } = await shown('interrupt');
    expect(code).toBe(130);
    expect(text).not.toContain('sums');
    expect(text).toContain(hide);
    expect(text.lastIndexOf(show)).toBeGreaterThan(text.lastIndexOf(hide));
  });
});
